import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import { errorReply, RPC } from '../../../src/core/jsonrpc/replies.ts';

test('an error reply is compact JSON-RPC with the id as it was asked', () => {
  expect(Buffer.from(errorReply('"a"', RPC.denied, 'no')).toString()).toBe(
    '{"jsonrpc":"2.0","id":"a","error":{"code":47001,"message":"no"}}',
  );
});

test('without an id it is for nobody', () => {
  expect(JSON.parse(Buffer.from(errorReply(undefined, RPC.parseError, 'x')).toString())).toMatchObject({
    id: null,
  });
});

test('is a message whatever the words are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, message) => {
      const reply = errorReply(JSON.stringify(id), RPC.upstream, message);
      expect(parseMessage(reply).messages).toMatchObject([
        { kind: 'response', isError: true, id: JSON.stringify(id) },
      ]);
      expect(Buffer.from(reply).includes('\n')).toBe(false);
    }),
  );
});
