import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { isSystemError } from '../core/errors.ts';

const FILES = [
  '.env',
  '.env.local',
  '.env.development',
  '.env.development.local',
  '.env.production',
  '.env.test',
];

/** One variable of a `.env` file. */
export interface DotEnvEntry {
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

/** The variables of the project's `.env` files. Missing files are normal; an unreadable one is `skipped`. */
export function readDotEnv(directory: string): { entries: DotEnvEntry[]; skipped: string[] } {
  const entries: DotEnvEntry[] = [];
  const skipped: string[] = [];
  for (const file of FILES) {
    try {
      const parsed = parseEnv(readFileSync(join(directory, file), 'utf8'));
      for (const [name, value] of Object.entries(parsed)) if (value) entries.push({ file, name, value });
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) skipped.push(file);
    }
  }
  return { entries, skipped };
}
