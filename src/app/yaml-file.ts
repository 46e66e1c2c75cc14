import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { type FileProblem, type Judged, problemAt, problemsOf } from './yaml-problems.ts';

export interface YamlFile<T> {
  readonly text: string;
  /** For messages. */
  readonly file: string;
  readonly schema: z.ZodType<T>;
  /** The keys that there are at a place, for suggestions. */
  readonly keysAt: Judged['keysAt'];
}

/**
 * Reads a YAML file. It may be an attacker's.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column of what is wrong first of all
 */
export function parseYamlFile<T>(input: YamlFile<T>): T {
  const read = readYaml(input);
  if ('data' in read) return read.data;
  const [{ line, column, message, suggestion }] = read.problems;
  const guess = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  throw new HallpassError('ERR_CONFIG', `${input.file}:${line}:${column}: ${message}${guess}`);
}

/** All that is wrong with a file, from its beginning to its end. */
export function checkYamlFile(input: Omit<YamlFile<unknown>, 'file'>): readonly FileProblem[] {
  const read = readYaml(input);
  if ('data' in read) return [];
  return read.problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

type Problems = readonly [FileProblem, ...FileProblem[]];

function readYaml<T>({
  text,
  schema,
  keysAt,
}: Omit<YamlFile<T>, 'file'>): { readonly data: T } | { readonly problems: Problems } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const broken = document.errors.map(({ message, pos }) =>
    problemAt(lines, pos, { message: message.split('\n')[0]?.replace(/ at line \d.*$/, '') ?? 'not YAML' }),
  );
  if (isSome(broken)) return { problems: broken };
  const plain = toPlain(document);
  if ('why' in plain) return { problems: [problemAt(lines, [0, 0], { message: plain.why })] };
  const result = schema.safeParse(plain.value ?? {});
  if (result.success) return { data: result.data };
  const problems = problemsOf(result.error.issues, { text, document, lines, keysAt });
  if (isSome(problems)) return { problems };
  throw new Error('a failed parse without an issue');
}

// Attacker-controlled: aliases of aliases of aliases would grow without end.
function toPlain(document: Document): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (cause) {
    return { why: cause instanceof Error ? cause.message : 'not YAML' };
  }
}

function isSome(problems: readonly FileProblem[]): problems is Problems {
  return problems.length > 0;
}
