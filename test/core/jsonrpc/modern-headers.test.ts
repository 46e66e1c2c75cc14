import { describe, expect, test } from 'vitest';

import { toBytes } from '../../../src/core/bytes.ts';
import { parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import { headerMismatch } from '../../../src/core/jsonrpc/modern-headers.ts';
import { ParamHeaders } from '../../../src/core/jsonrpc/param-headers.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const HEADERS = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };

const NOTIFICATION = { id: null, method: 'notifications/x' };

interface Case {
  /** Null: a notification. */
  readonly id?: null;
  readonly method?: string;
  readonly params?: object;
  readonly headers?: Record<string, string | undefined>;
}

function judge({ id, method = 'tools/call', params, headers }: Case, declared = new ParamHeaders()) {
  const body = toBytes(
    JSON.stringify({
      jsonrpc: '2.0',
      ...(id !== null && { id: 1 }),
      method,
      params: { name: 'echo', _meta: META, ...params },
    }),
  );
  const fields = Object.entries({ ...HEADERS, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const [envelope] = parseMessage(body).messages;
  if (envelope === undefined) throw new Error('no message');
  return headerMismatch(envelope, Object.fromEntries(fields) as Record<string, string>, {
    params: declared,
    body,
  });
}

const OTHER = 'is not what the body says';

describe('headers of a request', () => {
  test.each<[string, Case]>([
    ['that repeat the body', {}],
    ['with an encoded name', { headers: { 'mcp-name': '=?base64?ZWNobw==?=' } }],
    [
      'for a resource',
      {
        method: 'resources/read',
        params: { uri: 'a:b' },
        headers: { 'mcp-method': 'resources/read', 'mcp-name': 'a:b' },
      },
    ],
    [
      'for what has no name',
      { method: 'tools/list', headers: { 'mcp-method': 'tools/list', 'mcp-name': undefined } },
    ],
    ['for a call without a name', { params: { name: undefined }, headers: { 'mcp-name': 'echo' } }],
    [
      'of the older revisions',
      {
        params: { _meta: {} },
        headers: { 'mcp-protocol-version': '2025-11-25', 'mcp-method': 'x', 'mcp-name': 'y' },
      },
    ],
    ['before a body that claims nothing', { params: { _meta: {} } }],
    [
      'of a notification that has none',
      { ...NOTIFICATION, headers: { 'mcp-method': undefined, 'mcp-name': undefined } },
    ],
    [
      'of a notification',
      { ...NOTIFICATION, headers: { 'mcp-method': 'notifications/x', 'mcp-name': undefined } },
    ],
    [
      'for a task',
      {
        method: 'tasks/get',
        params: { taskId: 't' },
        headers: { 'mcp-method': 'tasks/get', 'mcp-name': 't' },
      },
    ],
    [
      'for a task without a name',
      {
        method: 'tasks/get',
        params: { taskId: 't' },
        headers: { 'mcp-method': 'tasks/get', 'mcp-name': undefined },
      },
    ],
  ])('%s pass', (_, given) => {
    expect(judge(given)).toBeUndefined();
  });

  test.each<[string, Case, string]>([
    ['no version', { headers: { 'mcp-protocol-version': undefined } }, 'MCP-Protocol-Version is missing'],
    [
      'another version',
      { headers: { 'mcp-protocol-version': '2027-01-01' } },
      `MCP-Protocol-Version ${OTHER}`,
    ],
    [
      'an older version',
      { headers: { 'mcp-protocol-version': '2025-11-25' } },
      `MCP-Protocol-Version ${OTHER}`,
    ],
    ['no method', { headers: { 'mcp-method': undefined } }, 'Mcp-Method is missing'],
    ['another method', { headers: { 'mcp-method': 'tools/list' } }, `Mcp-Method ${OTHER}`],
    ['the method in other case', { headers: { 'mcp-method': 'TOOLS/CALL' } }, `Mcp-Method ${OTHER}`],
    ['no name', { headers: { 'mcp-name': undefined } }, 'Mcp-Name is missing'],
    [
      'no method before a body that claims nothing',
      { params: { _meta: {} }, headers: { 'mcp-method': undefined } },
      'Mcp-Method is missing',
    ],
    [
      'another name before a body that claims nothing',
      { params: { _meta: {} }, headers: { 'mcp-name': 'other' } },
      `Mcp-Name ${OTHER}`,
    ],
    [
      'another method of a notification',
      { ...NOTIFICATION, headers: { 'mcp-method': 'notifications/y', 'mcp-name': undefined } },
      `Mcp-Method ${OTHER}`,
    ],
    [
      'another version of a notification',
      { ...NOTIFICATION, headers: { 'mcp-protocol-version': '2027-01-01', 'mcp-name': undefined } },
      `MCP-Protocol-Version ${OTHER}`,
    ],
    ['another name', { headers: { 'mcp-name': 'other' } }, `Mcp-Name ${OTHER}`],
    ['another name, encoded', { headers: { 'mcp-name': '=?base64?b3RoZXI=?=' } }, `Mcp-Name ${OTHER}`],
    ['a broken encoding', { headers: { 'mcp-name': '=?base64?ZWNobw?=' } }, `Mcp-Name ${OTHER}`],
    [
      'a name in Latin-1',
      { params: { name: '\u00e9cho' }, headers: { 'mcp-name': '\u00e9cho' } },
      `Mcp-Name ${OTHER}`,
    ],
    [
      'a name that is no UTF-8',
      { params: { name: '\ufffd' }, headers: { 'mcp-name': '=?base64?/w==?=' } },
      `Mcp-Name ${OTHER}`,
    ],
    [
      'another task',
      {
        method: 'tasks/get',
        params: { taskId: 't' },
        headers: { 'mcp-method': 'tasks/get', 'mcp-name': 'u' },
      },
      `Mcp-Name ${OTHER}`,
    ],
  ])('with %s do not', (_, given, why) => {
    expect(judge(given)).toContain(why);
  });
});

describe('arguments that a tool wants repeated', () => {
  const declared = new ParamHeaders();
  const properties = {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
  };
  const tools = [{ name: 'echo', inputSchema: { type: 'object', properties } }];
  declared.learn(toBytes(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } })));

  test.each<[object, Record<string, string>, string | undefined]>([
    [{ region: 'eu' }, { 'mcp-param-region': 'eu' }, undefined],
    [{ region: 'é' }, { 'mcp-param-region': '=?base64?w6k=?=' }, undefined],
    [{ region: 'eu', count: 42 }, { 'mcp-param-region': 'eu', 'mcp-param-count': '42.0' }, undefined],
    [{}, {}, undefined],
    [{ region: null }, {}, undefined],
    [{}, { 'mcp-param-unknown': 'x' }, undefined],
    [{ region: 'eu' }, {}, 'mcp-param-region is missing'],
    [{ region: 'eu' }, { 'mcp-param-region': 'us' }, `mcp-param-region ${OTHER}`],
    [{ region: 'eu' }, { 'mcp-param-region': '=?base64?ZXU?=' }, `mcp-param-region ${OTHER}`],
    [{}, { 'mcp-param-region': 'eu' }, `mcp-param-region ${OTHER}`],
    [{ region: 'é' }, { 'mcp-param-region': 'é' }, `mcp-param-region ${OTHER}`],
    [{ region: null }, { 'mcp-param-region': 'null' }, `mcp-param-region ${OTHER}`],
    [{ count: 42 }, { 'mcp-param-count': '43' }, `mcp-param-count ${OTHER}`],
  ])('%j with %j', (given, headers, why) => {
    const said = judge({ params: { arguments: given }, headers }, declared);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(why);
  });
});
