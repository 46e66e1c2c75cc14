import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { isSystemError } from '../core/errors.ts';
import { readSmallFile } from './files.ts';

const LIMIT = 1024 * 1024;

const NAME = /^\.env(?:\.[\w.-]+)?$/;
/** What such files are called that show how to write one. */
const TEMPLATE = /\.(?:example|sample|template|tmpl|dist)$/;

/** One variable of a `.env` file. */
export interface DotEnvEntry {
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

/** The variables of the project's `.env` files. What is no file, too large or unreadable is `skipped`. */
export function readDotEnv(directory: string): { entries: DotEnvEntry[]; skipped: string[] } {
  const entries: DotEnvEntry[] = [];
  const skipped: string[] = [];
  for (const file of namesIn(directory)) {
    try {
      const parsed = parseEnv(readSmallFile(join(directory, file), LIMIT)?.toString('utf8') ?? '');
      for (const [name, value] of Object.entries(parsed)) if (value) entries.push({ file, name, value });
    } catch {
      // Whatever the reason, its secrets are not known; the caller says so.
      skipped.push(file);
    }
  }
  return { entries, skipped };
}

function namesIn(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => NAME.test(name) && !TEMPLATE.test(name));
    return names.toSorted();
  } catch (error) {
    // A directory that may be entered but not listed: what it is most likely to hold can be tried by name.
    if (isSystemError(error, 'EACCES', 'EPERM')) return ['.env', '.env.local'];
    throw error;
  }
}
