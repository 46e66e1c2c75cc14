import { z } from 'zod';

import { parseYamlFile } from '../yaml-file.ts';
import { callFacts, callKeysAt } from './call-facts.ts';

const restore = z.strictObject({
  secret: z.string().min(1),
  at: z.string().startsWith('/', 'it is a JSON pointer below arguments, such as /value'),
});

const row = z.strictObject({
  name: z.string().min(1).optional(),
  call: callFacts,
  expect: z.enum(['allow', 'hold', 'deny'], 'it is allow, hold or deny'),
  rule: z.string().min(1).optional(),
  restores: z.array(restore).optional(),
});

const testFile = z.strictObject({
  version: z.literal(1),
  policy: z.string().min(1).optional(),
  tests: z.array(row).min(1, 'a table without a row tests nothing'),
});

/** A table of calls, and what the policy beside it is to say of each. */
export type TestFile = z.infer<typeof testFile>;
export type TestRow = TestFile['tests'][number];

/**
 * Reads a `NAME.test.yaml`.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export function parseTestFile(text: string, file: string): TestFile {
  return parseYamlFile({ text, file, schema: testFile, keysAt });
}

function keysAt([first, , place, ...rest]: readonly PropertyKey[]): readonly string[] {
  if (first === undefined) return Object.keys(testFile.shape);
  if (place === 'restores') return Object.keys(restore.shape);
  return place === 'call' ? callKeysAt(rest) : Object.keys(row.shape);
}

const TEST = /\.test(\.ya?ml)$/;

/** `policy.test.yaml` stands beside `policy.yaml`. Either is found by the other. */
export function besideOf(file: string): { readonly policy: string; readonly tests: string } {
  if (TEST.test(file)) return { policy: file.replace(TEST, '$1'), tests: file };
  return { policy: file, tests: file.replace(/(\.ya?ml)?$/, (ending) => `.test${ending || '.yaml'}`) };
}
