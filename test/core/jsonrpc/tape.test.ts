import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseInSlices } from '../../../src/core/jsonrpc/envelope.ts';
import { walkJson, type JsonPath, type JsonVisitor } from '../../../src/core/jsonrpc/json-walk.ts';
import { Tape } from '../../../src/core/jsonrpc/tape.ts';
import { runWhole } from '../../../src/core/slices.ts';
import { chooser, spellJson, spellPlainKey } from '../../helpers/spell-json.ts';

/** A visitor that writes down all it hears. */
function noting(): { heard: unknown[]; visitor: Required<Omit<JsonVisitor, 'longString'>> } {
  const heard: unknown[] = [];
  const note =
    (kind: string) =>
    (path: JsonPath, ...rest: unknown[]): void =>
      void heard.push([kind, [...path], ...rest]);
  const visitor = {
    key: note('key'),
    string: note('string'),
    number: note('number'),
    literal: note('literal'),
    open: note('open'),
    container: note('container'),
  };
  return { heard, visitor };
}

test('tells the same as another walk would', () => {
  const message = fc
    .jsonValue({ maxDepth: 5 })
    .map((result) => ({ jsonrpc: '2.0', id: 1, result: { result } }));
  const messages = fc.oneof(message, fc.array(message, { minLength: 1, maxLength: 3 }));
  fc.assert(
    fc.property(messages, fc.nat(), (value, seed) => {
      const raw = Buffer.from(spellJson(value, chooser(seed), spellPlainKey));
      const tape = new Tape();
      runWhole(parseInSlices(raw, Infinity, tape));
      const walked = noting();
      walkJson(raw, walked.visitor);
      const replayed = noting();
      tape.replay(replayed.visitor);
      expect(replayed.heard).toEqual(walked.heard);
    }),
    { numRuns: 300 },
  );
});
