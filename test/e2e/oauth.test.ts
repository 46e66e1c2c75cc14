import { describe, expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { approve, startAuthorizationServer, startProtectedServer } from '../helpers/oauth.ts';
import { listening, post } from './http.ts';

const { githubToken } = makeCanaries();

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'no-oauth', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const call = (word: string) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'tell', arguments: { word }, _meta: meta },
});
const headers = (word: string) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'tell',
  'mcp-param-word': word,
});

describe('a client without OAuth', () => {
  test('uses a server that wants it', cites('oauth.connect'), async () => {
    await using hallpass = await sandbox();
    await using as = await startAuthorizationServer();
    await using server = await startProtectedServer(as, githubToken.value);
    const ready = await listening(hallpass, ['connect', '--url', server.url, '--json']);
    const answer = post(ready, call('hello'), headers('hello'));
    const [, url = ''] = await ready.running.saying('stdout', /^\{"event":"authorize","url":"([^"]+)"\}$/m);
    await approve(url);
    const said = await (await answer).text();
    expect(said).toMatch(/hello is not hpm_/);
    expect(server.heard).toEqual(['hello']);
  });
});
