import { expect, test } from 'vitest';

import { httpProxy } from '../helpers/http-proxy.ts';
import { Playbook } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';
import { githubToken, random } from '../core/mask/fixtures.ts';

const VALUE = githubToken();
const OTHER = githubToken(2);
const PLACEHOLDER = expect.stringMatching(/^hpm_\w+$/) as string;

function bookWith(options: ConstructorParameters<typeof Playbook>[0] = {}): Playbook {
  const book = new Playbook({ ...options, excepted: [VALUE] });
  void book.start();
  return book;
}

const call = (text: string) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});

test('what is excepted passes both ways byte for byte, and the record says so without its value', async () => {
  const book = bookWith();
  const asked = `${JSON.stringify(call(`is ${VALUE}`))}\n`;
  await book.clientSays(asked);
  book.serverGets(asked);
  const excepted = { rule: 'github_pat', placeholder: PLACEHOLDER };
  const [first] = book.events('message');
  expect(first).toMatchObject({ findings: [], excepted: [{ ...excepted, at: '/params/arguments/text' }] });
  expect(JSON.stringify(first)).not.toContain(VALUE);
  const answered = `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"${VALUE} ${book.secret}"}]}}`;
  await book.serverSays(answered);
  expect(book.lastToClient()).toContain(`"${VALUE} ${book.placeholder}"`);
  expect(book.events('message')).toMatchObject([
    { findings: [{ rule: 'known' }], excepted: [{ ...excepted, at: '/result/content/0/text' }] },
  ]);
});

test('what only a header has is on record too, and without a record it does not pass', async () => {
  const wiring = new Wiring({ excepted: [VALUE] });
  await using proxy = await httpProxy(
    ({ message, response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { content: [] } }));
    },
    { wiring },
  );
  await proxy.post(call('x'), { 'mcp-param-other': `is ${VALUE}` });
  expect(proxy.upstream.asked[0]?.headers).toMatchObject({ 'mcp-param-other': `is ${VALUE}` });
  const [first] = wiring.log;
  const excepted = [{ rule: 'github_pat', at: 'header mcp-param-other', placeholder: PLACEHOLDER }];
  expect(first?.body).toMatchObject({ findings: [], excepted });
  expect(JSON.stringify(wiring.log)).not.toContain(VALUE);
  await proxy.post(call(`in ${VALUE}`), { 'mcp-param-other': `is ${VALUE}` });
  const both = wiring.log.find(({ body }) => JSON.stringify(body).includes('/params/arguments/text'));
  expect(both?.body).toMatchObject({ excepted: [{ at: '/params/arguments/text' }] });
  await proxy.bare('GET', { accept: 'text/event-stream', 'mcp-param-other': VALUE });
  const bare = proxy.upstream.asked.at(-1);
  expect(bare?.headers).toMatchObject({ 'mcp-param-other': PLACEHOLDER });
});

test('a message in slices is recorded as another', async () => {
  const book = bookWith({ pace: { bytes: 128, pause: () => Promise.resolve() } });
  await book.clientSays(call(`${'so '.repeat(200)}${VALUE}${' so'.repeat(200)} ${OTHER}`));
  expect(book.lastToServer()).toContain(VALUE);
  expect(book.events('message')).toMatchObject([
    { findings: [{ rule: 'github_pat' }], excepted: [{ at: '/params/arguments/text' }] },
  ]);
});

test('a message that is not recorded, for what can not be masked in it, does not tell either', async () => {
  const book = bookWith();
  await book.clientSays({ ...call(VALUE), method: book.secret });
  const [refused] = book.events('message');
  expect(refused).toMatchObject({ verdict: { outcome: 'deny' } });
  expect(refused).not.toHaveProperty('excepted');
});

test('what could not be read is recorded as if nothing were excepted', async () => {
  const book = bookWith();
  await book.clientSays(`${VALUE} {"jsonrpc":"2.0"`);
  expect(book.told).not.toContain(VALUE);
  await book.serverSays(`{ "${random('alnum', 4)} ${VALUE}`);
  expect(book.told).not.toContain(VALUE);
});

test('without exceptions nothing of them is in the record', async () => {
  const book = new Playbook();
  void book.start();
  await book.clientSays(call(OTHER));
  expect(book.events('message')[0]).not.toHaveProperty('excepted');
});
