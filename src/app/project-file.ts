import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name is letters, digits, dots, dashes and underscores');

const stdioConnection = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
});

const httpConnection = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
});

const connection = z.union([stdioConnection, httpConnection]);

const projectFile = z.strictObject({
  version: z.literal(1).optional(),
  connections: z.record(name, connection).default({}),
});

/** A named upstream. */
export type Connection = z.infer<typeof connection>;

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
  const result = projectFile.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  throw configError(`${file}:${positionOf(document, lines, issue)}`, explain(issue));
}

type Issue = z.core.$ZodIssue;

// Of a union's complaints the useful ones are those of the branch that the writer meant: the one that got furthest.
function deepest(issues: readonly Issue[]): { path: PropertyKey[]; issue: Issue } {
  const [first] = issues;
  if (first === undefined) throw new Error('a failed parse without an issue');
  if (first.code !== 'invalid_union') return { path: first.path, issue: first };
  const branches = first.errors.map((branch) => deepest(branch));
  const best = branches.find(({ issue }) => issue.code === 'unrecognized_keys') ?? branches[0];
  if (best === undefined) return { path: first.path, issue: first };
  return { path: [...first.path, ...best.path], issue: best.issue };
}

function explain({ path, issue }: { path: PropertyKey[]; issue: Issue }): string {
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  const [key = ''] = issue.keys;
  const known = path.length === 0 ? ['version', 'connections'] : ['command', 'args', 'env', 'cwd', 'url'];
  const guess = nearest(key, known);
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
