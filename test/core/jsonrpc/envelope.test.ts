import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Envelope, parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import { JsonError } from '../../../src/core/jsonrpc/json-walk.ts';
import { chooser, spellJson, spellPlainKey } from '../../helpers/spell-json.ts';

function parse(text: string): Envelope {
  const { messages, batch } = parseMessage(Buffer.from(text));
  expect(batch).toBe(false);
  const [envelope] = messages;
  if (envelope === undefined || messages.length > 1) throw new Error('not one message');
  return envelope;
}

const json = (value: unknown): Envelope => parse(JSON.stringify(value));

function refuses(text: string, why: RegExp): void {
  let thrown: unknown;
  try {
    parseMessage(Buffer.from(text));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(JsonError);
  expect(String(thrown)).toMatch(why);
}

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

describe('the messages of both eras', () => {
  test.each<[string, unknown, Partial<Envelope>]>([
    [
      'initialize',
      {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
      },
      { kind: 'request', id: '0', method: 'initialize', protocolVersion: '2025-11-25', target: undefined },
    ],
    [
      'its answer',
      { result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: {} }, jsonrpc: '2.0', id: 0 },
      { kind: 'response', id: '0', method: undefined, protocolVersion: '2025-06-18', isError: false },
    ],
    [
      'a notification',
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { kind: 'notification', id: undefined, method: 'notifications/initialized' },
    ],
    [
      'tools/call, the method after the params',
      { params: { arguments: { name: 'no' }, name: 'read' }, jsonrpc: '2.0', id: 'a', method: 'tools/call' },
      { kind: 'request', id: '"a"', method: 'tools/call', target: 'read' },
    ],
    [
      'tools/call of 2026-07-28',
      {
        jsonrpc: '2.0',
        id: 3,
        method: 'tools/call',
        params: { name: 'x', _meta: { [VERSION]: '2026-07-28', progressToken: 7 } },
      },
      { kind: 'request', protocolVersion: '2026-07-28', progressToken: '7', target: 'x' },
    ],
    [
      'resources/read, whose target is the uri whatever else is there',
      { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { name: 'harmless', uri: 'file:///x' } },
      { target: 'file:///x' },
    ],
    [
      'tools/call, whose target is the name whatever else is there',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { uri: 'file:///x', name: 'rm' } },
      { target: 'rm' },
    ],
    [
      'tasks/get, whose target is the task',
      { jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { taskId: 't1', name: 'no' } },
      { target: 't1' },
    ],
    [
      'a notification of a subscription',
      {
        jsonrpc: '2.0',
        method: 'notifications/tools/list_changed',
        params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub-1' } },
      },
      { subscriptionId: '"sub-1"' },
    ],
    ['prompts/get', { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'p' } }, { target: 'p' }],
    [
      'a resource that changed',
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'file:///y' } },
      { kind: 'notification', target: 'file:///y' },
    ],
    ['ping', { jsonrpc: '2.0', id: 1, method: 'ping' }, { kind: 'request', target: undefined }],
    [
      'progress',
      {
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 'tok', progress: 1, _meta: { progressToken: 'no' } },
      },
      { progressToken: '"tok"' },
    ],
    [
      'a progressToken in params that is not progress',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', progressToken: 'no' } },
      { progressToken: undefined },
    ],
    [
      'cancelled',
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 12, reason: 'r' } },
      { cancels: '12' },
    ],
    [
      'a requestId elsewhere',
      { jsonrpc: '2.0', method: 'x', params: { requestId: 12 } },
      { cancels: undefined },
    ],
    [
      'an error',
      { jsonrpc: '2.0', id: 9, error: { code: -1, message: 'm' } },
      { kind: 'response', isError: true },
    ],
    [
      'an error for nobody',
      { jsonrpc: '2.0', id: null, error: { code: -1, message: 'm' } },
      { kind: 'response', id: undefined },
    ],
    [
      'a tool that failed',
      { jsonrpc: '2.0', id: 9, result: { isError: true, content: [] } },
      { isError: true },
    ],
    ['a tool that did not', { jsonrpc: '2.0', id: 9, result: { isError: null } }, { isError: false }],
    ['an error', { jsonrpc: '2.0', id: 9, error: { code: -32601, message: 'm' } }, { errorCode: -32601 }],
    ['no error', { jsonrpc: '2.0', id: 9, result: { code: 1 } }, { errorCode: undefined }],
    [
      'a request that claims its revision',
      { jsonrpc: '2.0', id: 9, method: 'm', params: { _meta: { [VERSION]: 'v', [CAPABILITIES]: {} } } },
      { claim: { version: 'v', hasCapabilities: true } },
    ],
    [
      'a request that claims half of it',
      { jsonrpc: '2.0', id: 9, method: 'm', params: { _meta: { [CAPABILITIES]: 'none' } } },
      { claim: { version: undefined, hasCapabilities: false } },
    ],
    [
      'a request that claims nothing',
      { jsonrpc: '2.0', id: 9, method: 'm', params: {} },
      { claim: undefined },
    ],
    ['isError deeper', { jsonrpc: '2.0', id: 9, result: { x: { isError: true } } }, { isError: false }],
  ])('%s', (_, message, expected) => {
    expect(json(message)).toMatchObject(expected);
  });

  test('are read the same however they are spelled', () => {
    const message = {
      jsonrpc: '2.0',
      id: 'a/"b"',
      method: 'tools/call',
      params: {
        name: 'r\u00e9ad',
        arguments: { x: [1, { y: 'z' }] },
        _meta: { progressToken: '\u20ac', [VERSION]: '2026-07-28' },
      },
    };
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(parse(spellJson(message, chooser(seed), spellPlainKey))).toEqual(json(message));
      }),
      { numRuns: 300 },
    );
  });
});

describe('ids', () => {
  const idOf = (lexeme: string): string | undefined =>
    parse(`{"jsonrpc":"2.0","id":${lexeme},"method":"m"}`).id;

  test('1 and "1" are two', () => {
    expect(idOf('1')).toBe('1');
    expect(idOf('"1"')).toBe('"1"');
  });

  // A server that reads the id 1.0 and writes 1, or reads "é" and writes "\u00e9", answers the same request.
  test.each([
    ['1', '1.0'],
    ['1', '1e0'],
    ['-5', '-5.00'],
    ['100', '1E2'],
    ['"é"', String.raw`"\u00e9"`],
    ['"a/b"', String.raw`"a\/b"`],
    ['"a"', String.raw`"\u0061"`],
    ['9007199254740991', '9007199254740991.0'],
  ])('%s and %s are one', (one, other) => {
    expect(idOf(one)).toBe(idOf(other));
  });

  test('past 2^53 every digit counts', () => {
    expect(idOf('9007199254740993')).toBe('9007199254740993');
    expect(idOf('12345678901234567890')).toBe('12345678901234567890');
    expect(idOf('1e400')).toBe('1e400');
  });

  test('null is none', () => {
    expect(parse('{"jsonrpc":"2.0","id":null,"method":"m"}')).toMatchObject({
      id: undefined,
      kind: 'notification',
    });
  });

  test.each(['true', '{}', '[1]', '{"a":"b"}'])('%s is refused', (lexeme) => {
    refuses(`{"jsonrpc":"2.0","id":${lexeme},"method":"m"}`, /neither a string nor a number/);
  });

  test('an id is valid JSON again, quotes and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (id, seed) => {
        const text = spellJson({ jsonrpc: '2.0', id, method: 'm' }, chooser(seed), spellPlainKey);
        expect(JSON.parse(parse(text).id ?? '')).toBe(id);
      }),
    );
  });
});

describe('batches', () => {
  const batch = (...messages: unknown[]): readonly Envelope[] => {
    const parsed = parseMessage(Buffer.from(` \r\n${JSON.stringify(messages)}`));
    expect(parsed.batch).toBe(true);
    return parsed.messages;
  };

  test('are read message by message', () => {
    const messages = batch(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } },
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 5 } },
      { jsonrpc: '2.0', id: 2, result: { isError: true } },
    );
    expect(
      messages.map(({ kind, id, target, progressToken, isError }) => [
        kind,
        id,
        target,
        progressToken,
        isError,
      ]),
    ).toEqual([
      ['request', '1', 'x', undefined, false],
      ['notification', undefined, undefined, '5', false],
      ['response', '2', undefined, undefined, true],
    ]);
  });

  test('are refused when empty, or when one of them is no message', () => {
    const fine = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    refuses('[]', /not a JSON-RPC message/);
    for (const other of ['1', '[]', '"x"', 'null', '{}', `[${fine}]`])
      refuses(`[${fine},${other}]`, /not a JSON-RPC 2.0 message/);
  });

  test('a duplicate key in one of the requests refuses them all', () => {
    refuses(
      '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"m","params":{"arguments":{"a":1,"a":2}}}]',
      /duplicate key/,
    );
    refuses('[{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}]', /duplicate key/);
  });

  test('a duplicate in a response among them does not', () => {
    const text = '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"result":{"a":1,"a":2}}]';
    expect(parseMessage(Buffer.from(text)).messages).toHaveLength(2);
  });

  test('the same key in two of them is no duplicate', () => {
    expect(
      batch({ jsonrpc: '2.0', id: 1, method: 'ping' }, { jsonrpc: '2.0', id: 2, method: 'ping' }),
    ).toHaveLength(2);
  });
});

describe('what is no message', () => {
  test.each([
    ['a number', '1'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['no version', '{"id":1,"method":"m"}'],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"m"}'],
    ['the version as a number', '{"jsonrpc":2.0,"id":1,"method":"m"}'],
  ])('%s', (_, text) => refuses(text, /not a JSON-RPC 2\.0 message/));

  test.each([
    ['neither method nor result', '{"jsonrpc":"2.0","id":1}'],
    ['both method and result', '{"jsonrpc":"2.0","id":1,"method":"m","result":{}}'],
    ['both method and error', '{"jsonrpc":"2.0","id":1,"error":{},"method":"m"}'],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":5}'],
    ['a result beside a method that is no string', '{"jsonrpc":"2.0","id":1,"method":null,"result":{}}'],
  ])('%s', (_, text) => refuses(text, /neither a request nor a response/));
});

describe('keys that peers could read differently', () => {
  const request = (params: string): string =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;

  test.each([
    ['in the envelope', '{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}'],
    ['in the envelope, escaped', String.raw`{"jsonrpc":"2.0","id":1,"method":"a","m\u0065thod":"b"}`],
    ['in a response’s envelope', '{"jsonrpc":"2.0","id":1,"id":2,"result":{}}'],
    ['of two results', '{"jsonrpc":"2.0","id":1,"result":{},"result":{}}'],
    ['in params', request('{"name":"a","name":"b"}')],
    ['in params, escaped', request(String.raw`{"key":"a","\u006bey":"b"}`)],
    ['deep in arguments', request('{"name":"a","arguments":{"x":[{"y":{"p":1,"q":2,"p":3}}]}}')],
    ['after a nested object', request('{"name":"a","arguments":{"x":{"y":1},"z":{},"x":2}}')],
    ['in _meta', request('{"name":"a","_meta":{"progressToken":1,"progressToken":2}}')],
    ['in a response’s _meta', '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"a":1,"a":2}}}'],
    ['in a deeper _meta', '{"jsonrpc":"2.0","id":1,"result":{"content":[{"_meta":{"x":{"a":1,"a":2}}}]}}'],
    [
      'in a _meta behind another',
      '{"jsonrpc":"2.0","id":1,"result":{"x":{"_meta":{"k":1}},"y":[{"z":1,"_meta":{"a":{"b":1,"b":2}}}]}}',
    ],
    ['in a notification', '{"jsonrpc":"2.0","method":"n","params":{"a":{"b":1,"b":1}}}'],
    ['before the method is known', '{"params":{"a":1,"a":2},"jsonrpc":"2.0","id":1,"method":"m"}'],
  ])('a duplicate is refused: %s', (_, text) => refuses(text, /duplicate key/));

  test.each([
    ['twice in a response’s data', '{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"a":1,"a":2}}}'],
    ['in an error’s data', '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","data":{"a":1,"a":2}}}'],
    [
      'deep in a response’s data behind a _meta',
      '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"a":{"b":1}},"x":{"y":{"z":{"a":1,"a":2}}}}}',
    ],
    [
      'in two objects side by side',
      request('{"name":"a","arguments":{"x":{"k":1},"y":{"k":1},"z":[{"k":1},{"k":1}]}}'),
    ],
    [
      'in an object and in the one around it',
      request('{"name":"a","arguments":{"name":"b","arguments":{"name":"c"}}}'),
    ],
    ['only as a value', request('{"name":"a","arguments":{"x":"x"}}')],
  ])('no duplicate: %s', (_, text) => expect(() => parse(text)).not.toThrow());

  test.each([
    ['METHOD', '{"jsonrpc":"2.0","id":1,"method":"a","METHOD":"b"}'],
    ['Id', '{"jsonrpc":"2.0","Id":1,"method":"a"}'],
    ['Result in a response', '{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}'],
    ['paramſ (long s)', '{"jsonrpc":"2.0","id":1,"method":"a","param\u017f":{}}'],
    ['Name', request('{"name":"a","Name":"b"}')],
    ['name alone in another case', request('{"NAME":"b"}')],
    ['argumentſ', request('{"name":"a","argument\u017f":{}}')],
    ['tasK with the Kelvin sign', request('{"name":"a","tas\u212a":{}}')],
    ['_META', request('{"_META":{}}')],
    ['requeststate', request('{"requeststate":"x"}')],
    ['Cursor, escaped', request(String.raw`{"\u0043ursor":"x"}`)],
  ])('a variant of a protocol key is refused: %s', (_, text) => refuses(text, /only in case/));

  // V8 may read such a key as another one (nodejs/node#63785), so that a peer on Node would see another message.
  test.each([
    ['in the envelope', String.raw`{"jsonrpc":"2.0","id":1,"meth\u006fd":"a"}`],
    ['in a response', String.raw`{"jsonrpc":"2.0","id":1,"res\u0075lt":{}}`],
    ['in params', request(String.raw`{"na\u006de":"a"}`)],
    ['in the params of a notification', String.raw`{"jsonrpc":"2.0","method":"n","params":{"ur\u0069":1}}`],
    ['the arguments', request(String.raw`{"name":"a","\u0061rguments":{}}`)],
    ['in _meta', request(String.raw`{"_meta":{"progress\u0054oken":1}}`)],
    ['_meta itself', request(String.raw`{"\u005fmeta":{}}`)],
    ['with a prefix', request(String.raw`{"_meta":{"io.modelcontextprotocol/p\u0072otocolVersion":"1"}}`)],
    ['with a slash besides', request(String.raw`{"_meta":{"\u0069o.modelcontextprotocol\/x":"1"}}`)],
    ['in a result', String.raw`{"jsonrpc":"2.0","id":1,"result":{"is\u0045rror":true}}`],
    ['in the _meta of a result', String.raw`{"jsonrpc":"2.0","id":1,"result":{"_meta":{"prog\u0072ess":1}}}`],
    ['in an error', String.raw`{"jsonrpc":"2.0","id":1,"error":{"\u0063ode":1,"message":""}}`],
    ['in a batch', `[${request(String.raw`{"na\u006de":"a"}`)}]`],
  ])('a protocol key in escapes is refused: %s', (_, text) => refuses(text, /spelt with escapes/));

  test.each([
    ['in arguments', request(String.raw`{"name":"a","arguments":{"na\u006de":1,"\n":2,"me\u0074hod":{}}}`)],
    ['of nobody’s', request(String.raw`{"name":"a","x\n":1,"_meta":{"a\"b":1}}`)],
    ['in content', String.raw`{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"na\u006de":1}}}`],
    ['slashes as PHP writes them', request(String.raw`{"_meta":{"io.modelcontextprotocol\/x":"1"}}`)],
  ])('other keys may have escapes: %s', (_, text) => expect(() => parse(text)).not.toThrow());

  test('elsewhere keys may be spelled as they like', () => {
    expect(() =>
      parse(request('{"name":"a","arguments":{"Name":1,"NAME":2,"name":3,"Method":4}}')),
    ).not.toThrow();
    expect(() => parse('{"jsonrpc":"2.0","id":1,"result":{"Name":1,"Content":[]}}')).not.toThrow();
  });

  test('in a batch as well, and its envelope keys by their own place', () => {
    refuses('[{"jsonrpc":"2.0","id":1,"method":"a","Method":"b"}]', /only in case/);
    refuses(`[${request('{"Name":"b"}')}]`, /only in case/);
  });
});

test('bytes that have been read are not read again', () => {
  const raw = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"a"}');
  expect(parseMessage(raw)).toBe(parseMessage(raw));
  expect(parseMessage(Buffer.from(raw))).not.toBe(parseMessage(raw));
});
