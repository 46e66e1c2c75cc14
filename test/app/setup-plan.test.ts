import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { takeBack } from '../../src/app/jsonc-file.ts';
import { type ClientName, entriesOf } from '../../src/app/setup-entries.ts';
import { parseJsonc } from '../../src/app/jsonc-file.ts';
import { planSetup, type PlanInput } from '../../src/app/setup-plan.ts';
import { restoreSettings } from '../../src/app/setup-restore.ts';
import { random } from '../helpers/canaries.ts';

const launch = { command: '/bin/node', args: ['/hallpass/bin/run.js'], env: {} };

function plan(text: string, options: Partial<PlanInput> = {}): ReturnType<typeof planSetup> {
  return planSetup({
    client: 'cursor',
    file: 'mcp.json',
    text,
    isProject: false,
    only: [],
    keepSecrets: false,
    launch,
    taken: { connections: [], secrets: [] },
    ...options,
  });
}

function planOne(server: unknown, options: Partial<PlanInput> = {}): ReturnType<typeof planSetup> {
  return plan(JSON.stringify({ mcpServers: { one: server } }), options);
}

/** Why the server is left alone. */
function whyLeft(server: unknown, options: Partial<PlanInput> = {}): string | undefined {
  return planOne(server, options).servers[0]?.why;
}

const secret = random(28);

describe('a server with a command', () => {
  test('becomes a connection; what is not secret stays with the client', () => {
    const { after, connections, secrets } = planOne({
      command: 'npx',
      args: ['-y', 'server'],
      env: { LOG: 'debug', API_TOKEN: secret },
    });
    expect(JSON.parse(after)).toEqual({
      mcpServers: {
        one: {
          command: '/bin/node',
          args: ['/hallpass/bin/run.js', 'connect', 'one'],
          env: { LOG: 'debug' },
        },
      },
    });
    expect(connections).toEqual({
      one: { command: 'npx', args: ['-y', 'server'], env_from: { API_TOKEN: 'secret:one.API_TOKEN' } },
    });
    expect(secrets).toMatchObject([{ name: 'one.API_TOKEN', connection: 'one', origins: [] }]);
  });

  test('stays in the client’s file where only the client knows its values', () => {
    const { after, connections } = planOne({ command: 'npx', args: ['${workspaceFolder}'] });
    expect(JSON.parse(after)).toMatchObject({
      mcpServers: { one: { args: ['/hallpass/bin/run.js', 'connect', '--', 'npx', '${workspaceFolder}'] } },
    });
    expect(connections).toEqual({});
  });

  test('gets a variable that the client fills in as before', () => {
    const { after, secrets } = planOne({ command: 'x', env: { API_TOKEN: '${env:API_TOKEN}' } });
    expect(JSON.parse(after)).toMatchObject({
      mcpServers: { one: { env: { API_TOKEN: '${env:API_TOKEN}' } } },
    });
    expect(secrets).toEqual([]);
  });

  test('of a project stays in its file', () => {
    expect(planOne({ command: 'x', args: ['y'] }, { isProject: true }).connections).toEqual({});
  });

  test('has a name of its own, whatever else is there', () => {
    const taken = { connections: ['one', 'one-cursor'], secrets: ['one-2.API_TOKEN'] };
    const { secrets } = planOne({ command: 'x', env: { API_TOKEN: secret } }, { taken });
    expect(secrets).toMatchObject([{ connection: 'one-2', name: 'one-2.API_TOKEN-2' }]);
  });
});

describe('a server with an address', () => {
  test('becomes a connection with its headers', () => {
    const headers = { Authorization: `Bearer ${secret}`, 'X-Key': `Token ${secret}k`, 'X-Team': 'blue' };
    const { after, connections, secrets } = planOne({ type: 'http', url: 'https://a.example/mcp', headers });
    expect(JSON.parse(after)).toEqual({
      mcpServers: {
        one: { type: 'stdio', args: ['/hallpass/bin/run.js', 'connect', 'one'], command: '/bin/node' },
      },
    });
    expect(connections).toEqual({
      one: {
        url: 'https://a.example/mcp',
        auth: { bearer: 'secret:one.Authorization' },
        headers: { 'X-Team': 'blue' },
        headers_from: { 'X-Key': 'Token secret:one.X-Key' },
      },
    });
    expect(secrets.map(({ origins }) => origins)).toEqual([['https://a.example'], ['https://a.example']]);
  });

  test('of the old transport becomes a connection that says so', () => {
    const { after, connections } = planOne({ type: 'sse', url: 'http://127.0.0.1/sse' });
    expect(JSON.parse(after)).toEqual({
      mcpServers: {
        one: { type: 'stdio', args: ['/hallpass/bin/run.js', 'connect', 'one'], command: '/bin/node' },
      },
    });
    expect(connections).toEqual({ one: { url: 'http://127.0.0.1/sse', type: 'sse' } });
  });

  test('is wrapped without a credential where it is named', () => {
    const server = { url: 'https://a.example/mcp' };
    expect(whyLeft(server)).toMatch(/OAuth/);
    const { servers } = planOne(server, { only: ['one'] });
    expect(servers[0]).toMatchObject({ outcome: 'wrapped', authorize: true });
    const withKey = planOne({ ...server, headers: { 'X-Api-Key': secret } });
    expect(withKey.servers[0]).toMatchObject({ outcome: 'wrapped', authorize: false });
  });
});

describe('left alone is', () => {
  test.each([
    ['what goes through hallpass', { command: 'hallpass', args: ['connect', 'x'] }, /already/],
    ['what goes through npx hallpass', { command: 'npx', args: ['hallpass', 'connect', 'x'] }, /already/],
    ['a secret argument', { command: 'x', args: ['--api-key', secret] }, /argument/],
    ['a secret in an argument', { command: 'x', args: [`--token=${secret}`] }, /argument/],
    ['a password in an argument', { command: 'x', args: [`postgres://u:${secret}@h/d`] }, /argument/],
    ['a reference beside a secret', { command: '${X}', env: { TOKEN: secret } }, /client fills in/],
    ['a setting of ours', { command: 'x', env: { HALLPASS_HUB: 'y' } }, /HALLPASS_/],
    ['a secret in the address', { url: `http://127.0.0.1/?api_key=${secret}` }, /address holds a secret/],
    ['a user in the address', { url: `http://u:${secret}@127.0.0.1/` }, /address holds a secret/],
    ['a login', { url: 'http://127.0.0.1/', auth: { CLIENT_ID: 'x' } }, /OAuth/],
    ['a secret over http', { url: 'http://a.example/', headers: { 'X-Token': secret } }, /not https/],
    ['a header of the proxy', { url: 'http://127.0.0.1/', headers: { Host: 'x' } }, /proxy/],
    ['a reference in a header', { url: 'http://127.0.0.1/', headers: { 'X-A': '${A}' } }, /client fills in/],
    ['a number for a command', { command: 7 }, /documents/],
    ['both kinds at once', { command: 'x', url: 'http://127.0.0.1/' }, /documents/],
    ['nothing to start', {}, /neither/],
    ['a text', 'x', /documents/],
  ])('%s', (_what, server, why) => {
    const { after, servers } = planOne(server);
    expect(servers[0]?.why).toMatch(why);
    expect(after).toBe(JSON.stringify({ mcpServers: { one: server } }));
  });

  test('a key that is there twice', () => {
    const text = '{"mcpServers":{"a":{"command":"x","command":"y"}}}';
    expect(plan(text)).toMatchObject({ after: text, servers: [{ why: 'one of its keys is there twice' }] });
  });
});

describe('the text of the file', () => {
  test('keeps every comment that is not of what moves', () => {
    const text = `{ // 1
  "mcpServers": { // 2
    "a": {
      // 3
      "command": "x", // 4
      /* 5 */ "env": {
        "TOKEN": "${secret}", // 6
        "B": "b" // 7
      } // 8
    } // 9
  }, // 10
}`;
    const { after } = plan(text);
    for (let number = 1; number <= 10; number += 1)
      expect(after).toMatch(new RegExp(`[/*] ${number}( [*]/)?`));
    expect(after).not.toContain(secret);
    expect(JSON.stringify(entriesOf(parseJsonc(after, ''), 'cursor').map(({ value }) => value))).toBe(
      '[{"command":"/bin/node","env":{"B":"b"},"args":["/hallpass/bin/run.js","connect","a"]}]',
    );
  });

  test('has the servers of all projects in Claude Code', () => {
    const server = { command: 'x' };
    const text = JSON.stringify({
      projects: { '/a': { mcpServers: { s: server } }, '/b': { mcpServers: { s: server } } },
    });
    expect(plan(text, { client: 'claude-code' }).servers).toMatchObject([
      { name: 's', project: '/a', connection: 's' },
      { name: 's', project: '/b', connection: 's-claude-code' },
    ]);
    expect(plan(text).servers).toEqual([]);
  });

  test('says so when a moved secret stands elsewhere, too', () => {
    const text = JSON.stringify({
      note: secret,
      mcpServers: { a: { command: 'x', env: { TOKEN: secret } } },
    });
    expect(plan(text).remaining).toEqual(['TOKEN']);
  });

  test('that is broken is named by line and column', () => {
    expect(() => plan('{\n  "a": tru\n}')).toThrow('mcp.json:2:8: not JSON');
  });

  const server = fc.record(
    {
      type: fc.constantFrom('stdio', 'http'),
      command: fc.constantFrom('x', '${X}', 'npx'),
      args: fc.array(fc.constantFrom('-y', 'a b', '${A}', '"')),
      env: fc.dictionary(fc.constantFrom('TOKEN', 'LOG', 'API_KEY'), fc.constantFrom(secret, 'info', '${A}')),
      url: fc.constantFrom('https://a.example/mcp', 'http://127.0.0.1:1/'),
      headers: fc.dictionary(
        fc.constantFrom('Authorization', 'X-A'),
        fc.constantFrom(`Bearer ${secret}`, 'plain'),
      ),
      disabled: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const configuration = fc.record({
    mcpServers: fc.dictionary(fc.constantFrom('a', 'b c', 'constructor', '7', 'ü', 'mcpServers'), server),
    projects: fc.dictionary(
      fc.constantFrom('/a', '/b'),
      fc.record({ mcpServers: fc.dictionary(fc.constantFrom('s', 't'), server) }),
    ),
  });

  // Comments and line ends of all kinds where JSON has a comma or a brace.
  function disfigured(text: string, trivia: readonly string[]): string {
    let index = 0;
    return text.replace(/(?<=[{[,:])(?=["{[])/g, () => trivia[index++ % Math.max(1, trivia.length)] ?? '');
  }

  test('is taken back byte for byte, and by meaning, whatever it was', () => {
    const trivia = fc.array(fc.constantFrom('', ' ', '\n  ', '\r\n\t', ' // c,}\n', '/* "x": 1, */'), {
      maxLength: 7,
    });
    const clients = fc.constantFrom<ClientName>('cursor', 'claude-code');
    fc.assert(
      fc.property(configuration, trivia, clients, fc.boolean(), (value, marks, client, keepSecrets) => {
        const text = disfigured(JSON.stringify(value), marks);
        const made = plan(text, { client, keepSecrets });
        const entries = (of: string): string =>
          JSON.stringify(
            entriesOf(parseJsonc(of, ''), client).map((entry) => entry.value),
            sorted,
          );
        expect(takeBack(made.after, made.inverse)).toBe(text);
        const merged = restoreSettings(
          { text: made.after, file: '' },
          JSON.parse(JSON.stringify(made.restores)) as typeof made.restores,
        );
        expect([merged.kept, entries(merged.text)]).toEqual([[], entries(text)]);
        expect(plan(made.after, { client, keepSecrets }).after).toBe(made.after);
      }),
      { numRuns: 300 },
    );
  });
});

/** Keys in one order. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

test('what somebody has changed since stays as it is', () => {
  const made = plan(JSON.stringify({ mcpServers: { a: { command: 'x' }, b: { command: 'y' } } }));
  const text = made.after.replace('"/bin/node"', '"/other"');
  const { text: merged, kept } = restoreSettings({ text, file: '' }, made.restores);
  expect(kept).toEqual(['mcpServers › a']);
  expect(JSON.parse(merged)).toMatchObject({ mcpServers: { a: { command: '/other' }, b: { command: 'y' } } });
});
