import fc from 'fast-check';
import { expect, test } from 'vitest';

import { cancelledIn, continuationIn, mayTakeRounds, wishIn } from '../../../src/core/review/rounds.ts';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test('what a payload says of the call that it continues', () => {
  const result = (more: object): Buffer => json({ jsonrpc: '2.0', id: 1, result: more });
  const params = (more: object): Buffer =>
    json({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: more });
  expect(wishIn(result({ resultType: 'input_required', requestState: 'a"b' }))).toEqual({
    state: String.raw`a\"b`,
    hasInput: true,
  });
  expect(wishIn(result({ resultType: 'complete', content: 'input_required' }))).toBe(undefined);
  expect(continuationIn(params({ requestState: 's' }))).toEqual({ state: 's', hasInput: false });
  expect(continuationIn(params({ inputResponses: {} }))).toEqual({ state: undefined, hasInput: true });
  expect(continuationIn(params({ arguments: { requestState: 's' } }))).toBe(undefined);
  expect(
    cancelledIn(json({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } })),
  ).toBe('"a"');
  expect([undefined].map((none) => [wishIn(none), continuationIn(none), cancelledIn(none)])).toEqual([
    [undefined, undefined, undefined],
  ]);
  expect(['tools/call', 'prompts/get', 'resources/read', 'ping', undefined].map(mayTakeRounds)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('no payload breaks anything', () => {
  const words = fc.constantFrom(
    'input_required',
    'requestState',
    'inputResponses',
    '"',
    '{',
    '[',
    ':',
    '\\u',
    'result',
    'requestId',
    '\0',
  );
  const payload = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(words, { maxLength: 12 }).map((found) => Buffer.from(found.join(''))),
    fc
      .json()
      .map((text) => Buffer.from(`{"result":{"resultType":"input_required","x":${text}},"params":${text}}`)),
    fc.constant(Buffer.from(`${'['.repeat(60_000)}requestState input_required`)),
  );
  fc.assert(
    fc.property(payload, (bytes) => {
      for (const read of [wishIn, continuationIn, cancelledIn]) read(bytes);
    }),
    { numRuns: 500 },
  );
});
