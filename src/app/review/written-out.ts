import type { WrittenOut } from './acts.ts';

/** What is told of a session that was written out. */
export function writtenText({ path, problem }: WrittenOut): string {
  return problem === undefined ? `written to ${path}` : `written to ${path}; it is damaged: ${problem}`;
}
