import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The project a directory belongs to: the nearest one above that holds `.git`, else the directory itself. */
export function findWorkspace(directory: string): string {
  const start = resolve(directory);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return start;
  }
}
