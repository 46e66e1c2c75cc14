import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';

import { nodeAt, parseJsonc } from '../../src/app/jsonc-file.ts';
import { valueOf } from '../../src/app/setup-entries.ts';
import { type Canary, plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Finished, sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { events, FakeUpstream } from '../helpers/http-upstream.ts';
import { serve } from './http.ts';

const NO_KEYCHAIN = {
  HALLPASS_KEYCHAIN: undefined,
  HALLPASS_PASSPHRASE: undefined,
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
};

// Tells a digest of its variable, and the variable itself.
const SERVER = `
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
const tools = [{ name: 'tell', inputSchema: { type: 'object' } }];
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined) return;
  const value = process.env.TICKETS_TOKEN ?? '';
  const digest = createHash('sha256').update(value).digest('base64url').slice(0, 12);
  const answers = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
    'tools/list': { tools },
    'tools/call': { content: [{ type: 'text', text: [digest, process.env.LOG_LEVEL, value].join(' ') }] },
  };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? {} }) + '\\n');
});
`;

interface Entry {
  readonly command: string;
  readonly args: string[];
  readonly env?: Record<string, string>;
}

/** Where Claude Code and Cursor keep their servers. */
const claude = (hallpass: Sandbox): string => join(hallpass.home, '.claude.json');
const cursor = (hallpass: Sandbox): string => join(hallpass.home, '.cursor/mcp.json');

async function write(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return text;
}

/** The user put the secret there, and gets it back by `--undo`. */
function mayStandIn(hallpass: Sandbox, path: string): void {
  const where = new RegExp(`^${path.replaceAll('.', '[.]')}$`);
  hallpass.exempt({ canary: /./, where, because: 'it was there before' });
}

function token(): Canary {
  return plant('a token in a configuration', random(28));
}

async function entry(path: string, name: string): Promise<Entry> {
  const root = parseJsonc(await readFile(path, 'utf8'), path);
  return JSON.parse(JSON.stringify(valueOf(nodeAt(root, ['mcpServers', name])))) as Entry;
}

/** Starts a server as its client does, with nothing of ours but what the client's environment has. */
async function start(hallpass: Sandbox, { command, args, env }: Entry): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const { HOME, HALLPASS_PASSPHRASE, SANDBOX_MARK } = hallpass.env;
  const own = { HOME, HALLPASS_PASSPHRASE, SANDBOX_MARK } as Record<string, string>;
  await client.connect(
    new StdioClientTransport({
      command,
      args,
      env: { ...getDefaultEnvironment(), ...own, ...env },
      cwd: hallpass.project,
      stderr: 'ignore',
    }),
  );
  return client;
}

async function serverScript(hallpass: Sandbox): Promise<string> {
  const path = join(hallpass.directory, 'server.mjs');
  await writeFile(path, SERVER);
  return path;
}

/** As a person may have written it. */
function written(script: string, { value }: Canary): string {
  return `\ufeff{
\t// my servers
\t"theme": "dark", /* and more */
\t"mcpServers": {
\t\t"tickets": {
\t\t\t"command": ${JSON.stringify(process.execPath)}, // node
\t\t\t"args": [${JSON.stringify(script)}],
\t\t\t"env": { "LOG_LEVEL": "debug", "TICKETS_TOKEN": "${value}" }, // the token
\t\t\t"disabled": false,
\t\t},
\t},
\t"last": 1.50
}\r\n`;
}

async function prepared(hallpass: Sandbox, path: string): Promise<{ before: string; secret: Canary }> {
  const secret = token();
  const before = await write(path, written(await serverScript(hallpass), secret));
  return { before, secret };
}

function codeOf({ stderr }: Finished): unknown {
  return /\[(ERR_\w+)\]/.exec(stderr)?.[1];
}

describe('setup', () => {
  test(
    'has a server start through hallpass with its secret from the keychain, and gives it all back',
    cites('setup.wraps', 'setup.secrets', 'setup.undo'),
    async () => {
      await using hallpass = await sandbox();
      const path = claude(hallpass);
      const { before, secret } = await prepared(hallpass, path);
      await chmod(path, 0o640);
      const done = await hallpass.run(['setup', 'claude-code', '--yes', '--json']);
      expect(JSON.parse(done.stdout)).toMatchObject({
        client: 'claude-code',
        written: true,
        servers: [{ name: 'tickets', outcome: 'wrapped', connection: 'tickets', moved: ['TICKETS_TOKEN'] }],
        secrets: ['tickets.TICKETS_TOKEN'],
      });
      const wrapped = await readFile(path, 'utf8');
      for (const kept of [
        '\ufeff{',
        '// my servers',
        '/* and more */',
        '// node',
        '// the token',
        '1.50\n}\r\n',
      ])
        expect(wrapped).toContain(kept);
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      const tickets = await entry(path, 'tickets');
      expect(tickets).toMatchObject({ command: process.execPath, disabled: false });
      expect(tickets.args.slice(1)).toEqual(['connect', 'tickets']);

      const client = await start(hallpass, tickets);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['tell']);
      const answer = JSON.stringify(await client.callTool({ name: 'tell', arguments: {} }));
      const digest = createHash('sha256').update(secret.value).digest('base64url').slice(0, 12);
      expect(answer).toMatch(new RegExp(`"${digest} debug hpm_\\w+"`));
      await client.close();
      // Configuration, state and all that was said.
      hallpass.assertNoCanary();

      const undone = await hallpass.run(['setup', 'claude-code', '--undo', '--json']);
      expect(JSON.parse(undone.stdout)).toMatchObject({ exact: true, kept: [], more: false });
      expect(await readFile(path, 'utf8')).toBe(before);
      expect((await hallpass.run(['secret', 'list', '--json'])).stdout).not.toContain('tickets');
      await expect(stat(join(hallpass.configDir, 'hallpass.yaml'))).rejects.toThrow('ENOENT');
      mayStandIn(hallpass, path);
    },
  );

  test('moves the secrets of headers, which go to their server alone', cites('setup.secrets'), async () => {
    await using hallpass = await sandbox();
    const [bearer, key] = [token(), token()];
    await using server = await serve((exchange) =>
      exchange.json({ jsonrpc: '2.0', id: exchange.message.id, result: {} }),
    );
    const headers = { Authorization: `Bearer ${bearer.value}`, 'X-Api-Key': key.value, 'X-Team': 'blue' };
    await write(cursor(hallpass), JSON.stringify({ mcpServers: { api: { url: server.url, headers } } }));
    expect((await hallpass.run(['setup', 'cursor', '-y'])).code).toBe(0);
    const { args, env } = await entry(cursor(hallpass), 'api');
    const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
    await hallpass.run(args.slice(1), { stdin: ping, ...(env && { env }) });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: headers.Authorization,
      'x-api-key': key.value,
      'x-team': 'blue',
    });
    hallpass.assertNoCanary();
  });

  test(
    'wraps a server of the old HTTP+SSE transport as one',
    cites('setup.wraps', 'setup.secrets'),
    async () => {
      await using hallpass = await sandbox();
      const bearer = token();
      const server = await FakeUpstream.start(({ method, message, response }) => {
        if (method === 'GET') return events(response)('event: endpoint\ndata: /messages\n\n');
        response.writeHead(202).end();
        const answer = { jsonrpc: '2.0', id: message.id, result: { told: bearer.value } };
        return server.asked[0]?.response.write(`data: ${JSON.stringify(answer)}\n\n`);
      });
      const headers = { Authorization: `Bearer ${bearer.value}` };
      const old = { type: 'sse', url: server.url, headers };
      await write(claude(hallpass), JSON.stringify({ mcpServers: { old } }));
      expect((await hallpass.run(['setup', 'claude-code', '-y'])).code).toBe(0);
      const { args, env } = await entry(claude(hallpass), 'old');
      const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
      const { stdout } = await hallpass.run(args.slice(1), { stdin: ping, ...(env && { env }) });
      expect(stdout).toMatch(/"told":"hpm_known_\w+"/);
      expect(server.asked.map(({ method, headers: { authorization } }) => [method, authorization])).toEqual([
        ['GET', headers.Authorization],
        ['POST', headers.Authorization],
      ]);
      await server.close();
      hallpass.assertNoCanary();
    },
  );

  test('leaves what is wrapped already alone', cites('setup.wraps'), async () => {
    await using hallpass = await sandbox();
    await prepared(hallpass, cursor(hallpass));
    await hallpass.run(['setup', 'cursor', '--yes']);
    const once = await readFile(cursor(hallpass), 'utf8');
    const again = await hallpass.run(['setup', 'cursor', '--yes']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nothing to do/) as string });
    expect(await readFile(cursor(hallpass), 'utf8')).toBe(once);
  });

  test('follows a link to the file, and keeps the link', cites('setup.undo'), async () => {
    await using hallpass = await sandbox();
    const { before } = await prepared(hallpass, cursor(hallpass));
    const target = join(hallpass.home, 'dotfiles.json');
    await rename(cursor(hallpass), target);
    await symlink(target, cursor(hallpass));
    await hallpass.run(['setup', 'cursor', '--yes']);
    expect(await readFile(target, 'utf8')).toContain('"connect"');
    await hallpass.run(['setup', 'cursor', '--undo']);
    expect(await readFile(target, 'utf8')).toBe(before);
    expect(await readFile(cursor(hallpass), 'utf8')).toBe(before);
    mayStandIn(hallpass, target);
  });
});

describe('setup writes nothing', () => {
  test('unless somebody agrees; the diff holds no secret', cites('setup.asks'), async () => {
    await using hallpass = await sandbox();
    const { before } = await prepared(hallpass, cursor(hallpass));
    mayStandIn(hallpass, cursor(hallpass));
    const alone = await hallpass.run(['setup', 'cursor']);
    expect([alone.code, codeOf(alone)]).toEqual([4, 'ERR_NOT_CONFIRMED']);
    expect(alone.stderr).toMatch(/^-.*"TICKETS_TOKEN": "hpm_/m);
    expect(alone.stderr).toMatch(/^[+].*"connect", "tickets"/m);
    const dry = await hallpass.run(['setup', 'cursor', '--dry-run', '--json']);
    expect(JSON.parse(dry.stdout)).toMatchObject({ written: false, servers: [{ outcome: 'wrapped' }] });
    const asked = hallpass.spawn(['setup', 'cursor'], { onTerminal: true });
    await asked.saying('stdout', /Write this\? \[y\/N\]/);
    asked.child.stdin.write('n\r');
    expect((await asked.finished).code).toBe(4);
    expect(await readFile(cursor(hallpass), 'utf8')).toBe(before);
  });

  test('into a file that is broken', cites('setup.broken'), async () => {
    await using hallpass = await sandbox();
    const broken = await write(cursor(hallpass), '{\n  "mcpServers": {\n    "a" "b"\n');
    const { code, stderr } = await hallpass.run(['setup', 'cursor', '--yes']);
    expect(code).toBe(7);
    expect(stderr).toContain(`${cursor(hallpass)}:3:9: not JSON [ERR_CONFIG]`);
    expect(await readFile(cursor(hallpass), 'utf8')).toBe(broken);
  });

  test(
    'of a secret without a keychain; --keep-secrets leaves it where it is',
    cites('setup.no-keychain'),
    async () => {
      await using hallpass = await sandbox({ isNew: true });
      const { before, secret } = await prepared(hallpass, cursor(hallpass));
      mayStandIn(hallpass, cursor(hallpass));
      const refused = await hallpass.run(['setup', 'cursor', '--yes'], { env: NO_KEYCHAIN });
      expect([refused.code, codeOf(refused)]).toEqual([7, 'ERR_KEYCHAIN']);
      expect(refused.stderr).toContain('--keep-secrets');
      expect(await readFile(cursor(hallpass), 'utf8')).toBe(before);

      const kept = await hallpass.run(['setup', 'cursor', '--yes', '--keep-secrets'], { env: NO_KEYCHAIN });
      expect(kept.code).toBe(0);
      const tickets = await entry(cursor(hallpass), 'tickets');
      expect(tickets.env?.['TICKETS_TOKEN']).toBe(secret.value);
      expect(tickets.args.slice(1, 3)).toEqual(['connect', '--']);
      await hallpass.run(['setup', 'cursor', '--undo'], { env: NO_KEYCHAIN });
      expect(await readFile(cursor(hallpass), 'utf8')).toBe(before);
    },
  );

  test('into the file of a project, unless it is asked to', cites('setup.project'), async () => {
    await using hallpass = await sandbox();
    const mark = join(hallpass.directory, 'was-run');
    const file = join(hallpass.project, '.mcp.json');
    const text = JSON.stringify({ mcpServers: { evil: { command: 'touch', args: [mark] } } });
    await write(file, text);
    await prepared(hallpass, claude(hallpass));
    await hallpass.run(['setup', 'claude-code', '--yes']);
    expect(await readFile(file, 'utf8')).toBe(text);
    await hallpass.run(['setup', 'claude-code', '--project', '--yes']);
    const { args } = await entry(file, 'evil');
    expect(args.slice(1)).toEqual(['connect', '--', 'touch', mark]);
    await expect(stat(mark)).rejects.toThrow('ENOENT');
    expect(await readFile(join(hallpass.configDir, 'hallpass.yaml'), 'utf8')).not.toContain('touch');
  });

  test('through a link of a project that leads out of it', cites('setup.project'), async () => {
    await using hallpass = await sandbox();
    const { before } = await prepared(hallpass, claude(hallpass));
    mayStandIn(hallpass, claude(hallpass));
    await symlink(claude(hallpass), join(hallpass.project, '.mcp.json'));
    const refused = await hallpass.run(['setup', 'claude-code', '--project', '--yes']);
    expect([refused.code, codeOf(refused)]).toEqual([7, 'ERR_CONFIG']);
    expect(await readFile(claude(hallpass), 'utf8')).toBe(before);
  });
});

describe('setup --undo', () => {
  test('refuses where the file has changed; --merge puts the servers back', cites('setup.undo'), async () => {
    await using hallpass = await sandbox();
    const { secret } = await prepared(hallpass, claude(hallpass));
    const original = await entry(claude(hallpass), 'tickets');
    await hallpass.run(['setup', 'claude-code', '--yes']);
    const wrapped = await readFile(claude(hallpass), 'utf8');
    const changed = wrapped.replace('"dark"', '"light"');
    await writeFile(claude(hallpass), changed);
    const refused = await hallpass.run(['setup', 'claude-code', '--undo']);
    expect([refused.code, codeOf(refused)]).toEqual([7, 'ERR_SETUP_CHANGED']);
    expect(refused.stderr).toContain('--merge');
    expect(await readFile(claude(hallpass), 'utf8')).toBe(changed);
    hallpass.assertNoCanary();

    const merged = await hallpass.run(['setup', 'claude-code', '--undo', '--merge', '--json']);
    expect(JSON.parse(merged.stdout)).toMatchObject({ exact: false, kept: [] });
    expect(await entry(claude(hallpass), 'tickets')).toEqual(original);
    expect(original.env?.['TICKETS_TOKEN']).toBe(secret.value);
    expect(await readFile(claude(hallpass), 'utf8')).toContain('"light"');
    mayStandIn(hallpass, claude(hallpass));
  });

  test('keeps what else is in hallpass.yaml, and what another client uses', cites('setup.undo'), async () => {
    await using hallpass = await sandbox();
    const yaml = await write(
      join(hallpass.configDir, 'hallpass.yaml'),
      '# mine\nconnections:\n  a: { command: x } # keep\n',
    );
    await prepared(hallpass, claude(hallpass));
    await prepared(hallpass, cursor(hallpass));
    await hallpass.run(['setup', 'claude-code', '--yes']);
    await hallpass.run(['setup', 'cursor', '--yes']);
    expect((await entry(cursor(hallpass), 'tickets')).args.at(-1)).toBe('tickets-cursor');
    expect((await hallpass.run(['setup', 'claude-code', '--undo'])).code).toBe(0);
    const left = await readFile(join(hallpass.configDir, 'hallpass.yaml'), 'utf8');
    expect(left).toContain('tickets-cursor');
    expect(left).not.toMatch(/^ {2}tickets:/m);
    expect((await hallpass.run(['setup', 'cursor', '--undo'])).code).toBe(0);
    const end = await readFile(join(hallpass.configDir, 'hallpass.yaml'), 'utf8');
    expect(end.trim()).toBe(yaml.trim());
    for (const path of [claude(hallpass), cursor(hallpass)]) mayStandIn(hallpass, path);
  });
});
