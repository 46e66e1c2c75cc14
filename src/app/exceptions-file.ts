import { z } from 'zod';

import { compileGlob, type GlobMatcher } from '../core/glob.ts';
import type { Exception } from './exceptions.ts';
import { parseYamlFile } from './yaml-file.ts';
import { withItem } from './yaml-items.ts';

const exception = z
  .strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'a fingerprint is what `hallpass scan` shows')
      .optional(),
    rule: z.string().min(1).optional(),
    path: z.string().min(1).optional(),
    reason: z.string().optional(),
  })
  .refine(
    ({ fingerprint, rule, path }) => (fingerprint ?? rule ?? path) !== undefined,
    'name a fingerprint, a rule or a path',
  );

const exceptionsFile = z.strictObject({
  version: z.literal(1).optional(),
  exceptions: z.array(exception).default([]),
});

/**
 * Reads a `hallpass.allow.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseExceptions(text: string, file: string): Exception[] {
  const { exceptions } = parseYamlFile({ text, file, schema: exceptionsFile, keysAt });
  return exceptions.map(({ fingerprint, rule, path, reason }) => {
    return { fingerprint, rule, path, reason, matchesPath: pathMatcher(path) };
  });
}

/** An exception as `hallpass allow` writes it. */
export interface NewException {
  readonly fingerprint: string;
  readonly rule: string;
  readonly path: string;
  readonly reason: string | undefined;
}

const NEW_FILE = `# What \`hallpass scan\` found in this project and may stay: docs/scan.md, "Exceptions". Only \`scan\` heeds it.
version: 1
`;

/** The file with one exception more; comments and order stay. `text` is a file that `parseExceptions` accepts. */
export function withException(text: string | undefined, added: NewException): string {
  const before = text === undefined || text.trim() === '' ? NEW_FILE : text;
  return withItem(before, 'exceptions', withoutMissing(added));
}

function withoutMissing(added: NewException): Record<string, string> {
  const { reason, ...rest } = added;
  return { ...rest, ...(reason !== undefined && { reason }) };
}

// As in a .gitignore: a name without a slash is one at any depth, and a directory stands for all in it.
function pathMatcher(path: string | undefined): GlobMatcher {
  if (path === undefined) return () => true;
  const whole = path.replace(/\/$/, '');
  const pattern = whole.includes('/') ? whole.replace(/^\//, '') : `**/${whole}`;
  const file = compileGlob(pattern);
  const below = compileGlob(`${pattern}/**`);
  return path.endsWith('/') ? below : (relative) => file(relative) || below(relative);
}

function keysAt({ length }: readonly PropertyKey[]): readonly string[] {
  return length === 0 ? ['version', 'exceptions'] : ['fingerprint', 'rule', 'path', 'reason'];
}
