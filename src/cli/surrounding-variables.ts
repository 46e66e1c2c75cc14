import type { Variable } from '../core/mask/collect-known.ts';
import { readDotEnv } from '../platform/dot-env.ts';
import type { Environment } from '../platform/environment.ts';

/** The variables around a session in which secrets may be: those of the environment, and of the project's `.env` files. */
export function surroundingVariables(
  { variables }: Environment,
  workspace: string,
  note: (line: string) => void,
): Variable[] {
  const { entries, skipped } = readDotEnv(workspace);
  for (const file of skipped) note(`${file} can not be read: what is secret in it is not known`);
  const ambient = Object.entries(variables).flatMap(([name, value]) =>
    value ? [{ name, value, origin: 'environment variable' }] : [],
  );
  return [...ambient, ...entries.map(({ file, name, value }) => ({ name, value, origin: file }))];
}
