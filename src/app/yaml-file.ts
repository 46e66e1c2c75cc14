import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { withoutSecrets } from '../core/mask/without-secrets.ts';
import { nearest } from '../core/nearest.ts';

export interface YamlFile<T> {
  readonly text: string;
  /** For messages. */
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** The keys that there are at a place, for suggestions. */
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
}

/**
 * Reads a YAML file. It may be an attacker's.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseYamlFile<T>({ text, file, schema, keysAt }: YamlFile<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw configError(`${file}:${line}:${col}`, broken.message.split('\n')[0] ?? 'not YAML');
  }
  const result = schema.safeParse(toPlain(document, file) ?? {});
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  throw configError(`${file}:${positionOf(document, lines, issue)}`, explain(issue, keysAt));
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

interface Located {
  readonly path: PropertyKey[];
  readonly issue: Issue;
}

// Of a union's complaints the useful ones are those of the branch that the writer meant: the one that got furthest, and
// complains least.
function deepest(issues: readonly Issue[]): Located {
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

function explain({ path, issue }: Located, keysAt: YamlFile<unknown>['keysAt']): string {
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  const [key = ''] = issue.keys;
  const guess = nearest(key, keysAt(path));
  if (guess === key) return `${where}"${key}" is not for a server of this kind`;
  return `${where}unknown key "${key}"${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
}

function positionOf(document: Document, lines: LineCounter, { path, issue }: Located): string {
  const offset = keyOffset(document, { path, issue }) ?? valueOffset(document, path);
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

// Where a key is what is wrong, that is where to look.
function keyOffset(document: Document, { path, issue }: Located): number | undefined {
  if (issue.code === 'unrecognized_keys') return offsetOfKey(document, path, issue.keys[0]);
  return issue.code === 'invalid_key' ? offsetOfKey(document, path.slice(0, -1), path.at(-1)) : undefined;
}

function offsetOfKey(
  document: Document,
  path: readonly PropertyKey[],
  key: PropertyKey | undefined,
): number | undefined {
  const map: unknown = document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

// Of the nearest that there is, for what is missing.
function valueOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

// Keys and names are quoted, and may be a secret in the wrong place.
function configError(where: string, why: string): HallpassError {
  return new HallpassError('ERR_CONFIG', `${where}: ${withoutSecrets(why)}`);
}
