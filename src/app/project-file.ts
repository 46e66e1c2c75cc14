import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name is letters, digits, dots, dashes and underscores');

const storedSecret = z
  .string()
  .regex(/^secret:[A-Za-z][A-Za-z0-9_.-]{0,62}$/, 'it is "secret:NAME", or { exec: [command, …] }');

const command = z.strictObject({ exec: z.array(z.string().min(1)).min(1) });

const auth = z.strictObject({
  bearer: z.union([
    z
      .string()
      .regex(
        /^(hub-jwt|secret:[A-Za-z][A-Za-z0-9_.-]{0,62})$/,
        'it is "hub-jwt", "secret:NAME", or { exec: [command, …] }',
      ),
    command,
  ]),
  connection: name.optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'a scope has no blanks')).default([]),
  use: z.enum(['proxy', 'export']).default('proxy'),
});

const stdioConnection = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  env_from: z.record(z.string(), z.union([storedSecret, command])).optional(),
  cwd: z.string().optional(),
});

const httpConnection = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  auth: auth.optional(),
});

const connection = z.union([stdioConnection, httpConnection]);

const projectFile = z.strictObject({
  version: z.literal(1).optional(),
  connections: z.record(name, connection).default({}),
});

/** A named upstream. */
export type Connection = z.infer<typeof connection>;

/** How an HTTP server wants to be shown who calls. */
export type Auth = z.infer<typeof auth>;

/** Where a credential comes from: `hub-jwt`, `secret:NAME`, or a command that prints it. */
export type CredentialSource = Auth['bearer'];

/** What `hallpass.yaml` says. In a project it is attacker-controlled. */
export type ProjectFile = z.infer<typeof projectFile>;

/**
 * Reads a `hallpass.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseProjectFile(text: string, file: string): ProjectFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw configError(`${file}:${line}:${col}`, broken.message.split('\n')[0] ?? 'not YAML');
  }
  const result = projectFile.safeParse(toPlain(document, file) ?? {});
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  throw configError(`${file}:${positionOf(document, lines, issue)}`, explain(issue));
}

// Attacker-controlled: aliases of aliases of aliases would grow without end.
function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw configError(`${file}:1:1`, cause instanceof Error ? cause.message : 'not YAML');
  }
}

type Issue = z.core.$ZodIssue;

// Of a union's complaints the useful ones are those of the branch that the writer meant: the one that got furthest, and
// complains least.
function deepest(issues: readonly Issue[]): { path: PropertyKey[]; issue: Issue } {
  const [first] = issues.toSorted((a, b) => rank(a) - rank(b));
  if (first === undefined) throw new Error('a failed parse without an issue');
  if (first.code !== 'invalid_union') return { path: first.path, issue: first };
  const branches = first.errors.map((branch) => ({ ...deepest(branch), count: branch.length }));
  const [best] = branches.toSorted((a, b) => b.path.length - a.path.length || a.count - b.count);
  if (best === undefined) return { path: first.path, issue: first };
  return { path: [...first.path, ...best.path], issue: best.issue };
}

// A mistyped key is also why the right one is missing.
function rank({ code }: Issue): number {
  return code === 'unrecognized_keys' ? 0 : 1;
}

// By depth: the file, a connection, its auth.
const KEYS: Readonly<Record<number, readonly string[]>> = {
  0: ['version', 'connections'],
  2: ['command', 'args', 'env', 'env_from', 'cwd', 'url', 'auth'],
};

function explain({ path, issue }: { path: PropertyKey[]; issue: Issue }): string {
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  const [key = ''] = issue.keys;
  const known = KEYS[path.length] ?? ['bearer', 'connection', 'scopes', 'use', 'exec'];
  const guess = nearest(key, known);
  if (guess === key) return `${where}"${key}" is not for a server of this kind`;
  return `${where}unknown key "${key}"${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
}

function positionOf(
  document: Document,
  lines: LineCounter,
  { path, issue }: { path: PropertyKey[]; issue: Issue },
): string {
  const full = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
  for (let length = full.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(full.slice(0, length), true);
    const range = node !== null && typeof node === 'object' && 'range' in node ? node.range : undefined;
    if (!Array.isArray(range)) continue;
    const { line, col } = lines.linePos(Number(range[0]));
    return `${line}:${col}`;
  }
  return '1:1';
}

function configError(where: string, why: string): HallpassError {
  return new HallpassError('ERR_CONFIG', `${where}: ${why}`);
}
