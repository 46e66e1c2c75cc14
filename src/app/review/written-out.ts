/** A session that was written out. */
export interface WrittenOut {
  readonly path: string;
  /** What is wrong with the session; undefined: nothing. */
  readonly problem: string | undefined;
}

/** What is told of a session that was written out. */
export function writtenText({ path, problem }: WrittenOut): string {
  return problem === undefined ? `written to ${path}` : `written to ${path}; it is damaged: ${problem}`;
}
