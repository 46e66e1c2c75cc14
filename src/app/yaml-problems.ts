import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import type { z } from 'zod';

import { withoutSecrets } from '../core/mask/without-secrets.ts';
import { nearest } from '../core/nearest.ts';
import { placeInScalar } from './yaml-offset.ts';

/** What is wrong with a file, and where. Line and column count from 1. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  /** So many characters of the line are meant. */
  readonly width: number;
  readonly message: string;
  /** What was perhaps meant. */
  readonly suggestion: string | undefined;
}

/** A YAML document, its text, and what may stand in it. */
export interface Judged {
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** The keys that there are at a place, for suggestions. */
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
}

type Issue = z.core.$ZodIssue;

interface Located {
  readonly path: readonly PropertyKey[];
  readonly issue: Issue;
}

/** The part of a string that an issue is about, which a check says in `params: { part }`. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly suggestion?: string | undefined;
}

/** All that a schema has to say of a document, the worst first: a mistyped key is why others are missing. */
export function problemsOf(issues: readonly Issue[], judged: Judged): FileProblem[] {
  const found = issues.flatMap(meant).flatMap(eachKey);
  const unknown = found.filter(isUnknownKey);
  const others = found.filter((located) => !isUnknownKey(located));
  const mistyped = new Set(unknown.map((located) => placeOf(located.path, keyMeant(located, judged))));
  return [...unknown, ...others.filter(({ path }) => !mistyped.has(placeOf(path)))].map((located) =>
    problemOf(located, judged),
  );
}

/** What is wrong at an offset of the text. Keys and names are quoted, and may be a secret in the wrong place. */
export function problemAt(
  lines: LineCounter,
  [start, end]: readonly [number, number],
  what: { message: string; suggestion?: string | undefined },
): FileProblem {
  const { line, col } = lines.linePos(start);
  const message = withoutSecrets(what.message);
  return { line, column: col, width: Math.max(1, end - start), message, suggestion: what.suggestion };
}

// Of a union's complaints the useful ones are those of the branch that the writer meant: the one that got furthest, and
// complains least.
function meant(issue: Issue): Located[] {
  if (issue.code !== 'invalid_union') return [{ path: issue.path, issue }];
  const branches = issue.errors.map((branch) => branch.flatMap(meant));
  const [best] = branches.toSorted((a, b) => furthest(b) - furthest(a) || a.length - b.length);
  const says = issue.message !== 'Invalid input';
  if (best === undefined || best.length === 0 || (says && furthest(best) === 0))
    return [{ path: issue.path, issue }];
  return best.map(({ path, issue: own }) => ({ path: [...issue.path, ...path], issue: own }));
}

function furthest(branch: readonly Located[]): number {
  return Math.max(0, ...branch.map(({ path }) => path.length));
}

function eachKey({ path, issue }: Located): Located[] {
  if (issue.code !== 'unrecognized_keys') return [{ path, issue }];
  return issue.keys.map((key) => ({ path, issue: { ...issue, keys: [key] } }));
}

function isUnknownKey({ issue }: Located): boolean {
  return issue.code === 'unrecognized_keys';
}

function keyOf({ issue }: Located): string {
  return issue.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : '';
}

function keyMeant(located: Located, { keysAt }: Judged): string {
  return nearest(keyOf(located), keysAt(located.path)) ?? '';
}

function placeOf(path: readonly PropertyKey[], ...more: readonly string[]): string {
  return JSON.stringify([...path, ...more].map(String));
}

function problemOf(located: Located, judged: Judged): FileProblem {
  const { path } = located;
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  const { message, suggestion } = explain(located, judged);
  return problemAt(judged.lines, rangeOf(located, judged), { message: `${where}${message}`, suggestion });
}

function explain(located: Located, judged: Judged): { message: string; suggestion?: string | undefined } {
  const { issue, path } = located;
  if (issue.code === 'unrecognized_keys') {
    const key = keyOf(located);
    const guess = keyMeant(located, judged);
    if (guess === key) return { message: `"${key}" is not for a server of this kind` };
    return { message: `unknown key "${key}"`, suggestion: guess === '' ? undefined : guess };
  }
  if (issue.code === 'invalid_value') {
    const given: unknown = judged.document.getIn(path);
    if (given === undefined) return { message: `it is missing; ${issue.message}` };
    const choices = issue.values.map(String);
    return {
      message: issue.message,
      suggestion: typeof given === 'string' ? nearest(given, choices) : undefined,
    };
  }
  if (issue.code === 'invalid_type' && !judged.document.hasIn(path)) return { message: 'it is missing' };
  const unquoted =
    issue.code === 'invalid_type' && issue.expected === 'string' ? plainAt(path, judged) : undefined;
  if (unquoted !== undefined) return { message: `it is text, and has to stand in quotes: "${unquoted}"` };
  return { message: issue.message, suggestion: partOf(issue)?.suggestion };
}

// `false`, `1` and `null` are no text in YAML as they stand.
function plainAt(path: readonly PropertyKey[], { document }: Judged): string | undefined {
  const node: unknown = document.getIn(path, true);
  return isScalar(node) && typeof node.value !== 'string' ? node.source : undefined;
}

function partOf(issue: Issue): Part | undefined {
  // Only our own checks make custom issues, and this is what they put there.
  return issue.code === 'custom' ? (issue.params?.['part'] as Part | undefined) : undefined;
}

function rangeOf(located: Located, judged: Judged): readonly [number, number] {
  const { issue, path } = located;
  const { document, text } = judged;
  // Where a key is what is wrong, that is where to look.
  if (issue.code === 'unrecognized_keys') return keyRange(document, path, keyOf(located)) ?? [0, 0];
  const key = issue.code === 'invalid_key' ? keyRange(document, path.slice(0, -1), path.at(-1)) : undefined;
  if (key !== undefined) return key;
  const part = partOf(issue);
  const node: unknown = document.getIn(path, true);
  if (part === undefined || !isScalar(node)) return valueRange(document, path, text);
  return placeInScalar(text, node, part);
}

function keyRange(
  document: Document,
  path: readonly PropertyKey[],
  key: PropertyKey | undefined,
): readonly [number, number] | undefined {
  const map: unknown = document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const range = isScalar(pair?.key) ? pair.key.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}

// Of the nearest that there is, for what is missing; of one that has several lines its beginning.
function valueRange(
  document: Document,
  path: readonly PropertyKey[],
  text: string,
): readonly [number, number] {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const [start, end] = node.range;
    return length < path.length ? [start, start] : [start, endOfLine(text, start, end)];
  }
  return [0, 0];
}

function endOfLine(text: string, start: number, end: number): number {
  const line = text.indexOf('\n', start);
  return line === -1 ? end : Math.min(line, end);
}
