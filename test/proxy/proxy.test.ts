import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';
import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { playbook } from '../helpers/playbook.ts';

const call = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});
const result = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});
const error = (id: unknown, code: number, message: unknown = expect.any(String)) => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});

describe('a message without a secret', () => {
  test.each([
    '{"jsonrpc":"2.0","id":1,"method":"ping"}\n',
    '{ "id" : 1.0 ,"method":"tools\\u002fcall", "params":{"name":"x","arguments":{"n":12345678901234567890,"d":1.0,"e":1E5,"z":-0}},"jsonrpc":"2.0" }\r\n',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}]\n',
    '{"jsonrpc":"2.0","id":7,"result":{"é":"\\u00e9","a":1,"a":2}}\n',
  ])('passes byte for byte both ways: %j', async (line) => {
    const book = playbook();
    await book.clientSays(line);
    book.serverGets(line);
    await book.serverSays(line);
    book.clientGets(line);
  });

  test('is recorded before it is delivered', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'hello'));
    await book.serverSays(result(1, 'hello'));
    expect(book.order).toEqual(['record', 'to server', 'record', 'to client']);
    book.logHolds({
      body: {
        kind: 'message',
        direction: 'to_server',
        method: 'tools/call',
        id: '1',
        tool: 'echo',
        findings: [],
        verdict: { outcome: 'allow' },
      },
      payload: `${JSON.stringify(call(1, 'hello'))}\n`,
    });
    book.logHolds({
      body: { kind: 'message', direction: 'to_client', id: '1', findings: [] },
      payload: `${JSON.stringify(result(1, 'hello'))}\n`,
    });
  });
});

describe('a secret', () => {
  test('is masked on its way to the server, to the client, and in the log', async () => {
    const book = playbook();
    await book.clientSays(call(1, `key=${book.secret}`));
    book.serverGets(call(1, `key=${book.placeholder}`));
    await book.serverSays(result(1, `got ${book.secret}!`));
    book.clientGets(result(1, `got ${book.placeholder}!`));
    book.logHolds({
      body: { findings: [{ at: '/params/arguments/text', placeholder: book.placeholder }] },
      payload: `${JSON.stringify(call(1, `key=${book.placeholder}`))}\n`,
    });
    book.logHolds({
      body: { findings: [{ at: '/result/content/0/text' }] },
      payload: `${JSON.stringify(result(1, `got ${book.placeholder}!`))}\n`,
    });
    book.nothingElse();
  });

  test('in the name of the tool is masked in the log too', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: book.secret } });
    book.logHolds({ body: { tool: book.placeholder } });
  });

  test('in a server’s request, and in the client’s answer, is masked', async () => {
    const book = playbook();
    await book.serverSays({
      jsonrpc: '2.0',
      id: 5,
      method: 'sampling/createMessage',
      params: { systemPrompt: book.secret },
    });
    book.clientGets({ id: 5, params: { systemPrompt: book.placeholder } });
    await book.clientSays({
      jsonrpc: '2.0',
      id: 5,
      result: { content: { type: 'text', text: book.secret } },
    });
    book.serverGets({ id: 5, result: { content: { text: book.placeholder } } });
  });

  test('where nothing may change stops the request, which gets an error', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: book.secret } });
    book.clientGets(error(1, RPC.denied, expect.stringContaining('guard/secret_in_protocol_field')));
    book.logHolds({
      body: { kind: 'message', verdict: { outcome: 'deny' }, findings: [{ at: '/params/cursor' }] },
      payload: undefined,
    });
    book.nothingElse();
    expect(book.calls).toMatchObject([{ verdict: 'deny' }]);
    expect(book.told).not.toContain(book.secret);
  });

  test('in the method stops it, and no word of the message is in the log', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: book.secret, params: { name: 'x' } });
    book.clientGets(error(1, RPC.denied));
    book.logHolds({ body: { kind: 'message', findings: [{ at: '/method' }], verdict: { outcome: 'deny' } } });
    expect(book.told).not.toContain(book.secret);
  });

  test('where nothing may change stops a response: who asked gets an error instead', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    book.serverGets({ method: 'tools/list' });
    await book.serverSays({ jsonrpc: '2.0', id: 1, result: { tools: [], nextCursor: book.secret } });
    book.clientGets(error(1, RPC.denied));
    expect(book.pending.get('to_server', 'test', '1')).toBeUndefined();
    expect(book.calls).toMatchObject([{ method: 'tools/list', verdict: 'deny' }]);
  });

  test('where nothing may change stops a notification, and nobody is told but the person', async () => {
    const book = playbook();
    await book.serverSays({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: book.secret, progress: 1 },
    });
    book.logHolds({ body: { verdict: { outcome: 'deny' } } });
    book.nothingElse();
    expect(book.notes).toHaveLength(1);
  });

  test('where nothing may change stops a server’s request: the server gets the error', async () => {
    const book = playbook();
    await book.serverSays({ jsonrpc: '2.0', id: book.secret, method: 'roots/list' });
    book.serverGets(error(book.secret, RPC.denied));
    book.logHolds({ body: { verdict: { outcome: 'deny' } } });
    expect(book.told).not.toContain(book.secret);
    book.nothingElse();
  });

  test('of a client’s answer stops it: the server, which waits, gets the error', async () => {
    const book = playbook();
    await book.serverSays({ jsonrpc: '2.0', id: 3, method: 'roots/list' });
    book.clientGets({ method: 'roots/list' });
    await book.clientSays({ jsonrpc: '2.0', id: 3, result: { roots: [], nextCursor: book.secret } });
    book.serverGets(error(3, RPC.denied));
  });
});

describe('positions are told by the request', () => {
  test('a tool whose definition holds a secret is hidden from the list', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    book.serverGets({ method: 'tools/list' });
    await book.serverSays({
      jsonrpc: '2.0',
      id: 1.0,
      result: { tools: [{ name: 'a' }, { name: book.secret }] },
    });
    book.clientGets({ result: { tools: [{ name: 'a' }] } });
  });

  test('as is one that a server would have a model call, in either era', async () => {
    const tools = (secret: string): object[] => [
      { name: 'a', description: `uses ${secret}` },
      { name: 'b', inputSchema: { type: 'object', properties: { x: { enum: [secret] } } } },
      { name: 'c' },
    ];
    const book = playbook();
    const left = [{ name: 'a', description: `uses ${book.placeholder}` }, { name: 'c' }];
    const asking = (given: object[]): object => ({ messages: [], tools: given });
    const method = 'sampling/createMessage';
    await book.serverSays({ jsonrpc: '2.0', id: 9, method, params: asking(tools(book.secret)) });
    book.clientGets({ jsonrpc: '2.0', id: 9, method, params: asking(left) });
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    book.serverGets({ method: 'tools/call' });
    const asked = (given: object[]): object => ({
      resultType: 'input_required',
      inputRequests: { ask: { method, params: asking(given) } },
    });
    await book.serverSays({ jsonrpc: '2.0', id: 1, result: asked(tools(book.secret)) });
    book.clientGets({ jsonrpc: '2.0', id: 1, result: asked(left) });
  });

  // A server that wrote the id in another way must not have its answer read as that of an unknown request.
  test.each(['1.0', '1e0', '10E-1'])('also when the id comes back as %s', async (id) => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    book.serverGets({ method: 'tools/list' });
    await book.serverSays(
      `{"jsonrpc":"2.0","id":${id},"result":{"tools":[{"name":"${book.secret}"},{"name":"b"}]}}`,
    );
    book.clientGets({ result: { tools: [{ name: 'b' }] } });
    expect(book.pending.get('to_server', 'test', '1')).toBeUndefined();
  });
});

describe('what is no message', () => {
  test('of the client is answered with a parse error, recorded, and the session lives on', async () => {
    const book = playbook();
    await book.clientSays('this is not JSON\n');
    book.clientGets(error(null, RPC.parseError));
    book.logHolds({ body: { kind: 'refused', direction: 'to_server' }, payload: 'this is not JSON\n' });
    await book.clientSays(call(1, 'still here'));
    book.serverGets(call(1, 'still here'));
  });

  test('is recorded masked, or not at all', async () => {
    const book = playbook();
    await book.clientSays(`password ${book.secret} {\n`);
    book.logHolds({ payload: `password ${book.placeholder} {\n` });
    book.clientGets(error(null, RPC.parseError));
    expect(book.told).not.toContain(book.secret);
  });

  test('of the server is dropped, recorded and noted', async () => {
    const book = playbook();
    await book.serverSays('Listening on port 3000\n');
    book.logHolds({ body: { kind: 'refused', direction: 'to_client' }, payload: 'Listening on port 3000\n' });
    book.nothingElse();
    expect(book.notes).toEqual([expect.stringMatching(/refused a message from the server/)]);
    await book.serverSays({ jsonrpc: '2.0', method: 'notifications/x' });
    book.clientGets({ method: 'notifications/x' });
  });

  test.each([
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"b"}}',
    '{"id":1,"method":"ping"}',
    '[]',
    `${'['.repeat(300)}${']'.repeat(300)}`,
  ])('nor what peers could read differently: %s', async (line) => {
    const book = playbook();
    await book.clientSays(line);
    book.clientGets({ error: { code: RPC.parseError } });
    book.logHolds({ body: { kind: 'refused' } });
    book.nothingElse();
  });
});

describe('an answer that can not be read', () => {
  test.each([
    ['no JSON', '{"result":{"x":NaN},"jsonrpc":"2.0","id":4}'],
    ['no UTF-8', Buffer.from('{"jsonrpc":"2.0","id":4,"result":{"x":"\xff"}}', 'latin1')],
    ['two readings', '{"jsonrpc":"2.0","id":4,"result":{"_meta":{"a":1,"a":2}}}'],
    ['a key in escapes', String.raw`{"jsonrpc":"2.0","id":4,"result":{"is\u0045rror":true}}`],
  ])('gives its caller an error, and the session lives on: %s', async (_, line) => {
    const book = playbook();
    await book.clientSays(call(4, 'x'));
    book.serverGets({ id: 4 });
    book.logHolds({ body: { kind: 'message' } });
    await book.serverSays(line);
    book.clientGets(error(4, RPC.parseError, expect.stringContaining('contract/unreadable')));
    book.logHolds({ body: { kind: 'refused', direction: 'to_client' } });
    expect(book.calls).toMatchObject([{ method: 'tools/call', target: 'echo', verdict: 'deny' }]);
    expect(book.pending.get('to_server', 'test', '4')).toBeUndefined();
    await book.clientSays(call(5, 'y'));
    book.serverGets({ id: 5 });
    await book.serverSays(result(5, 'z'));
    book.clientGets(result(5, 'z'));
  });

  test('for nobody who waits is only recorded, and so is a request', async () => {
    const book = playbook();
    await book.clientSays(call(4, 'x'));
    book.serverGets({ id: 4 });
    book.logHolds({ body: { kind: 'message' } });
    await book.serverSays('{"id":5,"result":NaN}');
    await book.serverSays('{"id":4,"method":"ping","params":NaN}');
    await book.serverSays('{"id":4,"result":{"x":NaN}');
    for (let i = 0; i < 3; i += 1) book.logHolds({ body: { kind: 'refused' } });
    book.nothingElse();
    expect(book.pending.get('to_server', 'test', '4')).toBeDefined();
  });

  test('a request of the client’s that can not be read is answered by its id where that is certain', async () => {
    const book = playbook();
    await book.clientSays('{"jsonrpc":"2.0","id":"a","method":"x","Method":"y"}');
    book.clientGets(error('a', RPC.parseError));
    await book.clientSays('{"jsonrpc":"2.0","id":"a","result":NaN}');
    book.clientGets(error(null, RPC.parseError));
  });
});

describe('a message over the limit', () => {
  const long = 'x'.repeat(500);

  test('of the client is refused with an error for its id', async () => {
    const book = playbook({ lineLimit: 200 });
    await book.clientSays(call('a', long));
    book.clientGets(error('a', RPC.invalidRequest, expect.stringContaining('over the limit')));
    book.logHolds({
      body: { kind: 'refused', reason: expect.stringContaining('over the limit') as string },
      payload: undefined,
    });
    await book.clientSays(call('b', 'short'));
    book.serverGets(call('b', 'short'));
  });

  test('of the server is refused, and who waits for it gets an error', async () => {
    const book = playbook({ lineLimit: 200 });
    await book.clientSays(call(4, 'x'));
    book.serverGets({ id: 4 });
    await book.serverSays(result(4, long));
    book.clientGets(error(4, RPC.invalidRequest));
    expect(book.pending.get('to_server', 'test', '4')).toBeUndefined();
    await book.serverSays({ jsonrpc: '2.0', method: 'notifications/x' });
    book.clientGets({ method: 'notifications/x' });
  });

  test('of the server for nobody who waits is only recorded', async () => {
    const book = playbook({ lineLimit: 200 });
    await book.serverSays(result(4, long));
    book.logHolds({ body: { kind: 'refused' } });
    book.nothingElse();
  });

  test('of the client does not end the wait of another with its id', async () => {
    const book = playbook({ lineLimit: 200 });
    await book.clientSays(call(4, 'x'));
    book.serverGets({ id: 4 });
    await book.clientSays(call(4, long));
    book.clientGets(error(4, RPC.invalidRequest));
    expect(book.pending.get('to_server', 'test', '4')).toBeDefined();
  });
});

describe('when the log can not be written', () => {
  const full = new HallpassError('ERR_RECORD_FAILED', 'the disk is full');

  test('a request is not delivered, and its sender gets an error', async () => {
    const book = playbook();
    book.recordFails(full);
    await book.clientSays(call(1, 'x'));
    book.clientGets(error(1, RPC.internalError, expect.stringContaining('the disk is full')));
    book.nothingElse();
    expect(book.pending.get('to_server', 'test', '1')).toBeUndefined();
    book.recordFails();
    await book.clientSays(call(2, 'x'));
    book.serverGets(call(2, 'x'));
  });

  test('a response is not delivered, and who asked gets an error', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'x'));
    book.serverGets({ id: 1 });
    book.recordFails(full);
    await book.serverSays(result(1, 'y'));
    book.clientGets(error(1, RPC.internalError, expect.stringContaining('the disk is full')));
  });

  test('a notification is not delivered', async () => {
    const book = playbook();
    book.recordFails(full);
    await book.clientSays({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await book.serverSays({ jsonrpc: '2.0', method: 'notifications/x' });
    book.nothingElse();
  });

  test('a refusal stays one', async () => {
    const book = playbook();
    book.recordFails(full);
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: book.secret } });
    book.clientGets(error(1, RPC.denied));
    await book.clientSays('no JSON');
    book.clientGets(error(null, RPC.parseError));
    book.nothingElse();
  });

  test('an unforeseen fault refuses as well, and says nothing of what it was about', async () => {
    const book = playbook();
    book.recordFails(new TypeError(`can not read ${book.secret}`));
    await book.clientSays(call(1, book.secret));
    book.clientGets(error(1, RPC.internalError, expect.stringContaining('an unforeseen fault in "record"')));
    book.nothingElse();
    expect(book.notes.join('\n')).toContain('TypeError');
    expect(book.told).not.toContain(book.secret);
  });
});

describe('when a stage has a fault', () => {
  test('nothing is delivered, nothing unmasked recorded, and who asked gets an error', async () => {
    const book = playbook({ maskerFault: (secret) => new RangeError(`at ${secret}`) });
    await book.clientSays(call(1, book.secret));
    book.clientGets(error(1, RPC.internalError, expect.stringContaining('an unforeseen fault in "inspect"')));
    book.logHolds({
      body: { kind: 'refused', reason: 'an unforeseen fault in "inspect"' },
      payload: undefined,
    });
    book.nothingElse();
    expect(book.notes.join('\n')).toContain('RangeError');
    expect(book.told).not.toContain(book.secret);
  });
});

describe('responses', () => {
  test('that nobody asked for pass, and settle nothing', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'x'));
    book.serverGets({ id: 1 });
    await book.serverSays(result('1', 'y'));
    book.clientGets(result('1', 'y'));
    expect(book.pending.get('to_server', 'test', '1')).toBeDefined();
    expect(book.calls).toEqual([]);
  });

  test('come in the order in which the server sent them', async () => {
    const book = playbook();
    for (const id of [1, 2, 3]) await book.clientSays(call(id, 'x'));
    for (const id of [1, 2, 3]) book.serverGets({ id });
    for (const id of [2, 3, 1]) await book.serverSays(result(id, 'y'));
    for (const id of [2, 3, 1]) book.clientGets({ id });
  });

  test('end the call, with what was masked both ways', async () => {
    const book = playbook();
    await book.clientSays(call(1, book.secret));
    await book.serverSays(result(1, `${book.secret} ${book.secret}`));
    expect(book.calls).toEqual([
      { method: 'tools/call', target: 'echo', masked: 3, verdict: 'allow', ms: 0 },
    ]);
  });

  test('of one direction do not answer requests of the other', async () => {
    const book = playbook();
    await book.serverSays({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
    await book.serverSays(result(1, 'own'));
    expect(book.pending.get('to_client', 'test', '1')).toBeDefined();
  });
});

describe('the end', () => {
  test('when the server is gone all who wait are answered', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'x'));
    await book.clientSays(call('b', 'x'));
    await book.clientSays({ jsonrpc: '2.0', method: 'notifications/x' });
    await book.serverSays({ jsonrpc: '2.0', id: 9, method: 'roots/list' });
    book.clientGets({ method: 'roots/list' });
    expect(await book.serverDies('it ended with exit code 3')).toMatchObject({ by: 'server' });
    book.clientGets(error(1, RPC.upstream, expect.stringContaining('it ended with exit code 3')));
    book.clientGets(error('b', RPC.upstream));
    expect(() => book.clientGets({})).toThrow('the client got nothing');
    expect(book.closed).toEqual({ client: true, upstream: { atOnce: false } });
  });

  test('when the client leaves the server may finish', async () => {
    const book = playbook();
    await expect(book.clientLeaves()).resolves.toMatchObject({ by: 'client' });
    expect(book.closed).toEqual({ client: true, upstream: { atOnce: false } });
  });

  const fault = { by: 'server', reason: 'it ended with exit code 3', exitCode: 3 } as const;

  test('when the client leaves and the server dies owing answers, the server is to blame', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'x'));
    expect(await book.clientLeaves({ fault })).toEqual(fault);
    book.clientGets(error(1, RPC.upstream, expect.stringContaining('it ended with exit code 3')));
  });

  test('when the client leaves a server that owes it nothing, how that ends is nobody’s concern', async () => {
    const book = playbook();
    await book.clientSays(call(1, 'x'));
    await book.serverSays(result(1, 'y'));
    expect(await book.clientLeaves({ fault })).toMatchObject({ by: 'client' });
  });

  test('when somebody stops it nothing is waited for', async () => {
    const book = playbook();
    await expect(book.somebodyStopsIt()).resolves.toMatchObject({ by: 'signal' });
    expect(book.closed).toEqual({ client: true, upstream: { atOnce: true } });
  });
});
