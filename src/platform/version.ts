import { readFileSync } from 'node:fs';

/** The version in our own package.json, two directories up from here in `src` and `dist` alike. */
export function hallpassVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
