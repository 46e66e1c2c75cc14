import { describe, expect, test } from 'vitest';

import { parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import { readUnread, type UnreadMessage } from '../../../src/core/jsonrpc/unread.ts';
import { runWhole } from '../../../src/core/slices.ts';

const read = (message: string | Uint8Array, slice = Infinity): UnreadMessage | undefined =>
  runWhole(readUnread(Buffer.from(message), slice));

describe('an answer that can not be read still shows whose it is', () => {
  test.each<[string, string | Uint8Array]>([
    ['NaN, as Python writes it', '{"jsonrpc":"2.0","id":7,"result":{"x":NaN,"y":[1]}}'],
    ['its id last', '{"result":{"x":NaN},"jsonrpc":"2.0","id":7}'],
    ['a raw tab in a string', '{"result":{"x":"a\tb"},"jsonrpc":"2.0","id":7}\n'],
    ['an unknown escape', String.raw`{"result":{"x":"\x41\" }"},"jsonrpc":"2.0","id":7}`],
    ['a trailing comma', '{"result":{"x":[1,],},"jsonrpc":"2.0","id":7}'],
    ['a duplicate key in _meta', '{"id":7,"result":{"_meta":{"a":1,"a":2}},"jsonrpc":"2.0"}'],
    ['an error', '{"id" : 7 ,"error":{"code":NaN},"jsonrpc":"2.0"}'],
    ['no UTF-8', Buffer.concat([Buffer.from('{"id":7,"result":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['ids and braces inside', '{"result":{"id":1,"s":"}{\\"id\\":2","a":[{"id":3}]},"x":NaN,"id":7}'],
  ])('%s', (_, message) => {
    expect(() => parseMessage(Buffer.from(message))).toThrow();
    const found = read(message);
    expect(found).toEqual({ kind: 'response', id: '7' });
    for (let slice = 1; slice < 9; slice += 1) expect(read(message, slice)).toEqual(found);
  });

  test('in any spelling of the id', () => {
    expect(read(String.raw`{"id":"\u0061/b","result":NaN}`)).toEqual({ kind: 'response', id: '"a/b"' });
    expect(read('{"id":1.0,"result":NaN}')).toEqual({ kind: 'response', id: '1' });
  });

  test('a request is none', () => {
    expect(read('{"id":7,"method":"m","params":NaN}')).toEqual({ kind: 'request', id: '7' });
  });
});

test.each<[string, string]>([
  ['it is cut off', '{"jsonrpc":"2.0","id":7,"result":{"x":1}'],
  ['it is cut off inside', '{"result":{"x":{"id":7}'],
  ['brackets do not match', '{"x":[},"id":7,"result":1]'],
  ['it is too deep', `{"id":7,"result":${'['.repeat(300)}${']'.repeat(300)}}`],
  ['a string does not end', '{"id":7,"result":"x}'],
  ['more follows', '{"id":7,"result":1}{"id":8,"result":1}'],
  ['something stands before it', 'debug: {"id":7,"result":1}'],
  ['it has two ids', '{"id":7,"result":NaN,"id":8}'],
  ['it has one id twice', '{"id":7,"result":NaN,"id":7}'],
  ['it is request and response', '{"id":7,"result":NaN,"method":"m"}'],
  ['it is neither', '{"id":7,"x":NaN}'],
  ['a key is escaped', String.raw`{"\u0069d":7,"result":NaN}`],
  ['another key is escaped', String.raw`{"id":7,"result":NaN,"meth\u006fd":"m"}`],
  ['its id is null', '{"id":null,"result":NaN}'],
  ['its id is no value', '{"id":7x,"result":1}'],
  ['its id is an object', '{"id":{"id":7},"result":NaN}'],
  ['its id is endless', `{"id":"${'a'.repeat(2_000)}","result":NaN}`],
  ['it is a batch', '[{"id":7,"result":NaN}]'],
  ['only something inside has an id', '{"result":{"id":7,"x":NaN}}'],
  ['it is empty', ''],
])('no guess when %s', (_, message) => expect(read(message)).toBeUndefined());
