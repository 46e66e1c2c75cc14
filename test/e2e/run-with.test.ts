import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { TeamHub } from '../helpers/team.ts';

let hub: TeamHub;

beforeAll(async () => {
  hub = await TeamHub.start();
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
});

/** Takes what a command has to show where no file and no terminal gets to see it. */
async function confidant() {
  const told: string[] = [];
  const server = createServer((request, response) => {
    const token = String(request.headers.authorization).replace('Bearer ', '');
    told.push(plant('an injected credential', token).value);
    server.emit('told');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    told,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves once so many have come. */
    async heard(count: number): Promise<void> {
      while (told.length < count) await once(server, 'told');
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** In a command: shows the confidant, and prints, what is in the file or variable. */
const TELL = `
  import { readFileSync, statSync } from 'node:fs';
  import { dirname } from 'node:path';
  const tell = (token) => fetch(process.argv[2], { headers: { authorization: 'Bearer ' + token } });
  const file = process.env.TOKEN_FILE;
  const mode = (path) => (statSync(path).mode & 0o777).toString(8);
  const read = () => file === undefined ? process.env[process.argv[3]] : readFileSync(file, 'utf8');
`;

async function telling(hallpass: Sandbox, code: string, ...args: string[]): Promise<string[]> {
  await writeFile(join(hallpass.project, 'tell.mjs'), TELL + code);
  return ['--', 'node', 'tell.mjs', ...args];
}

/** Whether the hub says that the token is good. */
async function isActive(hallpass: Sandbox, token: string): Promise<boolean> {
  const own = await hallpass.run(['mint', hub.url]);
  const response = await fetch(new URL('/introspect', hub.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${own.stdout.trim()}` },
    body: new URLSearchParams({ token }),
  });
  return ((await response.json()) as { active: boolean }).active;
}

/** Directories of credentials that are there. */
function leftovers(hallpass: Sandbox): string[] {
  const base = join(hallpass.stateDir, 'run');
  return existsSync(base) ? readdirSync(base) : [];
}

const IN_FILE = { demo: { auth: { bearer: 'hub-jwt', scopes: ['read'] }, inject: { file: 'TOKEN_FILE' } } };
/** Prints another token each time, which is in no file. */
const MINTS = `process.stdout.write(JSON.stringify({ token: 'x' + require('node:crypto').randomBytes(18).toString('hex'), expires_in: 2 }))`;

describe('a credential of the hub', () => {
  test(
    'is in a file for the command alone, masked; it is revoked and the file gone afterwards',
    cites('run.with', 'run.with-end'),
    async () => {
      await using hallpass = await hub.machineOf('developer');
      await using friend = await confidant();
      await hallpass.configure({ connections: IN_FILE });
      const code = `await tell(read()); console.log(mode(file), mode(dirname(file)), file, read()); process.exit(5);`;
      const command = await telling(hallpass, code, friend.url);
      const { stdout, stderr, code: exit } = await hallpass.run(['run', '--with', 'demo', ...command]);
      expect({ exit, stderr }).toMatchObject({ exit: 5 });
      expect(stdout).toMatch(/^600 700 \S+\/credentials-\w{12}-\d+\/demo hpm_known_\w+\n$/);
      const [token = ''] = friend.told;
      expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({
        aud: 'urn:hallpass:demo',
        scope: 'read',
      });
      expect(await isActive(hallpass, token)).toBe(false);
      expect(leftovers(hallpass)).toEqual([]);
      const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
      expect(shown.stdout).toContain('"TOKEN_FILE"');
      hallpass.assertNoCanary();
    },
  );

  test(
    'that no file names is in a variable, with the scopes that were asked for',
    cites('run.with'),
    async () => {
      await using hallpass = await hub.machineOf('developer');
      await using friend = await confidant();
      const summary = join(hallpass.home, 'summary.md');
      const command = await telling(
        hallpass,
        `await tell(read()); console.log(read());`,
        friend.url,
        'DEMO_TOKEN',
      );
      const { stdout } = await hallpass.run(['run', '--with', 'demo:write', ...command], {
        env: { GITHUB_STEP_SUMMARY: summary },
      });
      expect(stdout).toMatch(/^hpm_known_\w+\n$/);
      const [token = ''] = friend.told;
      expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toContain('"scope":"write"');
      expect(await isActive(hallpass, token)).toBe(false);
      expect(await readFile(summary, 'utf8')).toContain('- Injected: `demo as DEMO_TOKEN`\n');
      hallpass.assertNoCanary();
    },
  );

  test('is revoked and gone when SIGTERM ends the command', cites('run.with-end'), async () => {
    await using hallpass = await hub.machineOf('developer');
    await using friend = await confidant();
    await hallpass.configure({ connections: IN_FILE });
    const code = `await tell(read()); setInterval(() => {}, 1000);`;
    const running = hallpass.spawn(['run', '--with', 'demo', ...(await telling(hallpass, code, friend.url))]);
    await friend.heard(1);
    expect(await isActive(hallpass, friend.told[0] ?? '')).toBe(true);
    expect(leftovers(hallpass)).toHaveLength(1);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(143);
    expect(leftovers(hallpass)).toEqual([]);
    expect(await isActive(hallpass, friend.told[0] ?? '')).toBe(false);
    hallpass.assertNoCanary();
  });

  test('is revoked and gone when SIGTERM comes before the command runs', cites('run.with-end'), async () => {
    await using hallpass = await hub.machineOf('developer');
    const begun = join(hallpass.project, 'begun');
    const slow = `
      const { writeFileSync, existsSync } = require('node:fs');
      writeFileSync('begun', '');
      setInterval(() => { if (existsSync('go')) { console.log('x' + 'y'.repeat(3)); process.exit(); } }, 5);`;
    await hallpass.configure({
      connections: {
        ...IN_FILE,
        slow: { auth: { bearer: { exec: [process.execPath, '-e', slow] }, use: 'export' } },
      },
    });
    const ran = join(hallpass.project, 'ran');
    const running = hallpass.spawn(['run', '--json', '--with', 'demo', '--with', 'slow', '--', 'touch', ran]);
    while (!existsSync(begun)) await new Promise(setImmediate);
    expect(leftovers(hallpass)).toHaveLength(1);
    running.child.kill('SIGTERM');
    // What it was told is seen before what it waits for: another process takes longer than a signal.
    await writeFile(join(hallpass.project, 'go'), '');
    const { code, stderr } = await running.finished;
    expect(stderr).toContain('ERR_STOPPED');
    expect(code).toBe(125);
    expect(existsSync(ran)).toBe(false);
    expect(leftovers(hallpass)).toEqual([]);
    hallpass.assertNoCanary();
  });
});

describe('a credential that a command prints', () => {
  test(
    'is renewed in its file, and what is new is masked',
    cites('run.with', 'run.with-renewed'),
    async () => {
      await using hallpass = await sandbox();
      await using friend = await confidant();
      await hallpass.configure({
        connections: {
          vault: {
            auth: { bearer: { exec: [process.execPath, '-e', MINTS] } },
            inject: { file: 'TOKEN_FILE' },
          },
        },
      });
      const code = `
      const first = read();
      while (read() === first) await new Promise(setImmediate);
      await tell(first); await tell(read());
      console.log(first); console.log(read());`;
      const command = await telling(hallpass, code, friend.url);
      const { stdout, stderr, code: exit } = await hallpass.run(['run', '--with', 'vault', ...command]);
      expect({ exit, stderr }).toMatchObject({ exit: 0 });
      const [first, second] = stdout.split('\n');
      expect(first).toMatch(/^hpm_known_\w+$/);
      expect(second).toMatch(/^hpm_known_\w+$/);
      expect(first).not.toBe(second);
      expect(leftovers(hallpass)).toEqual([]);
      hallpass.assertNoCanary();
    },
  );
});

/** Credentials from commands that print what is in files of the project, where nothing is searched. */
async function planted(hallpass: Sandbox, count: number, inject: (index: number) => object) {
  const all = Array.from({ length: count }, (_, i) => plant(`injected ${i}`, random(24 + (i % 30))));
  const entries = all.map(async ({ value }, i) => {
    const file = join(hallpass.project, `value-${i}`);
    await writeFile(file, value);
    return [`c${i}`, { auth: { bearer: { exec: ['cat', file] } }, inject: inject(i) }] as const;
  });
  await hallpass.configure({ connections: Object.fromEntries(await Promise.all(entries)) });
  return { all, flags: all.flatMap((_, i) => ['--with', `c${i}`]) };
}

describe('a credential for tools of their own ways', () => {
  test('is in a netrc file of its machine alone', cites('run.with-netrc'), async () => {
    await using hallpass = await sandbox();
    await writeFile(join(hallpass.home, '.netrc'), 'machine other.example login me password x');
    const { flags } = await planted(hallpass, 1, () => ({
      netrc: 'NETRC',
      machine: 'api.example.com',
      login: 'me',
    }));
    const script = 'stat -c %a "$NETRC" 2>/dev/null || stat -f %Lp "$NETRC"; cat "$NETRC"';
    const { stdout, stderr } = await hallpass.run(['run', ...flags, '--', 'sh', '-c', script]);
    expect(stderr).toContain('1 secret masked');
    expect(stdout).toMatch(/^600\nmachine api\.example\.com\nlogin me\npassword hpm_known_\w+\n$/);
    expect(leftovers(hallpass)).toEqual([]);
    hallpass.assertNoCanary();
  });

  test('is in descriptors that can be read once, and inherited', cites('run.with-descriptor'), async () => {
    await using hallpass = await sandbox();
    const { all, flags } = await planted(hallpass, 2, (i) => ({ fd: `FD_${i}` }));
    const script =
      'echo "$FD_0 $FD_1"; a=$(cat <&3); sh -c "cat <&4"; echo; echo "${#a} $(cat <&3) $(cat <&4)"';
    const { stdout } = await hallpass.run(['run', ...flags, '--', 'sh', '-c', script]);
    expect(stdout).toMatch(new RegExp(`^3 4\\nhpm_known_\\w+\\n${all[0]?.value.length}  \\n$`));
    hallpass.assertNoCanary();
  });
});

describe('200 secrets, of which 40 are injected,', () => {
  test('come out nowhere, the hub included', cites('run.no-canary'), async () => {
    await using hallpass = await hub.machineOf('developer');
    const inject = (i: number): object => {
      if (i < 6) return { fd: `FD_${i}` };
      if (i < 20) return { file: `FILE_${i}` };
      if (i < 30) return { netrc: `NETRC_${i}`, machine: 'api.example.com' };
      return { env: `SERVICE_${i}_TOKEN` };
    };
    const { flags } = await planted(hallpass, 40, inject);
    const others = Array.from({ length: 160 }, (_, i) => plant(`secret ${i}`, random(20 + (i % 30))));
    const env = Object.fromEntries(others.map(({ value }, i) => [`SERVICE_${100 + i}_TOKEN`, value]));
    const summary = join(hallpass.home, 'summary.md');
    await writeFile(join(hallpass.project, 'print.mjs'), PRINTER);
    const { code, stdout, stderr } = await hallpass.run(
      ['run', '--require-upload', ...flags, '--', 'node', 'print.mjs'],
      { env: { ...env, GITHUB_STEP_SUMMARY: summary } },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('all of it has been printed: 200\n');
    expect(stdout.match(/hpm_/g)?.length).toBeGreaterThanOrEqual(1000);
    expect(leftovers(hallpass)).toEqual([]);
    hallpass.assertNoCanary();
    hub.box.assertNoCanary();
    // The same search finds what is there.
    const words = { name: 'words', value: 'all of it has been printed' };
    const search = () => assertNoCanary({ canaries: [words], directories: [hub.dataDir] });
    expect(search).toThrow('words');
  });
});

// Prints what it was handed in every way that it can think of, and looks for it in all command lines there are.
const PRINTER = `
import { readdirSync, readFileSync, writeSync } from 'node:fs';
const values = Object.entries(process.env).flatMap(([name, value]) => {
  if (/^FD_/.test(name)) return [readFileSync(Number(value), 'utf8')];
  if (/^FILE_/.test(name)) return [readFileSync(value, 'utf8')];
  if (/^NETRC_/.test(name)) return [/password (.*)/.exec(readFileSync(value, 'utf8'))[1]];
  return /^SERVICE_/.test(name) ? [value] : [];
});
const say = (text) => { for (let at = 0; at < text.length; at += 7) writeSync(1, text.slice(at, at + 7)); };
for (const value of values) {
  const half = Math.ceil(value.length / 2);
  say(value + '\\n' + JSON.stringify({ value }) + '\\n');
  say('\\u001b[32m' + value.slice(0, half) + '\\u001b[1;31m\\u001b[K' + value.slice(half) + '\\u001b[0m\\n');
  say(value.match(/.{1,8}/g).join('\\n') + '\\n');
  say(Buffer.from(value).toString('base64') + ' ' + Buffer.from(value).toString('hex') + '\\n');
  say('https://me:' + encodeURIComponent(value) + '@x.example/\\n');
  writeSync(2, value.slice(0, half)); writeSync(2, value.slice(half) + '\\n');
}
if (process.platform === 'linux')
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
    let line = '';
    try { line = readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch {}
    if (values.some((value) => line.includes(value))) { writeSync(1, 'IN A COMMAND LINE'); process.exit(9); }
  }
say('all of it has been printed: ' + values.length + '\\n');
`;

describe('a stored secret', () => {
  const stored = plant('a stored secret', `v${random(30)}`).value;
  const origin = ['--origin', 'https://api.example.com'];
  const auth = { bearer: 'secret:KEY' };

  test('is in the variable that its connection names', cites('run.with'), async () => {
    await using hallpass = await sandbox();
    await hallpass.run(['secret', 'add', 'KEY'], { stdin: stored });
    await hallpass.configure({ connections: { registry: { auth, inject: { env: 'NPM_AUTH' } } } });
    const script = 'echo "${#NPM_AUTH} $NPM_AUTH"';
    const { stdout } = await hallpass.run(['run', '--with', 'registry', '--', 'sh', '-c', script]);
    expect(stdout).toMatch(/^31 hpm_known_\w+\n$/);
    hallpass.assertNoCanary();
  });

  test.each([
    ["that is the proxy's alone", [], { registry: { auth } }, 'ERR_DENIED'],
    ['for an origin', origin, { registry: { auth, inject: { env: 'X' } } }, 'ERR_SECRET_ORIGIN'],
    ['of a server without auth', [], { registry: { url: 'https://x.example' } }, 'ERR_USAGE'],
    ['of a connection that nobody has named', [], {}, 'ERR_NO_SUCH_CONNECTION'],
  ])('%s is not handed over', cites('run.with-refused'), async (_, flags, connections, code) => {
    await using hallpass = await sandbox();
    await hallpass.run(['secret', 'add', 'KEY', ...flags], { stdin: stored });
    await hallpass.configure({ connections });
    const ran = join(hallpass.project, 'ran');
    const { stderr } = await hallpass.run(['run', '--json', '--with', 'registry', '--', 'touch', ran]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code } });
    expect(existsSync(ran)).toBe(false);
    hallpass.assertNoCanary();
  });

  test("of a project's file waits for trust, and the record says so", cites('run.with-refused'), async () => {
    await using hallpass = await sandbox();
    await hallpass.run(['secret', 'add', 'KEY'], { stdin: stored });
    const text = JSON.stringify({ connections: { registry: { auth, inject: { env: 'NPM_AUTH' } } } });
    await writeFile(join(hallpass.project, 'hallpass.yaml'), text);
    const command = ['--with', 'registry', '--', 'sh', '-c', 'echo "got ${#NPM_AUTH}"'];
    const refused = await hallpass.run(['run', '--json', ...command]);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'ERR_UNTRUSTED_PROJECT' } });
    expect(refused.stdout).toBe('');
    const digest = createHash('sha256').update(text).digest('hex');
    const trusted = await hallpass.run(['run', ...command], { env: { HALLPASS_TRUST: digest } });
    expect(trusted.stdout).toBe('got 31\n');
    const shown = await hallpass.run(['sessions', 'show', 'last', '--json']);
    expect(shown.stdout).toContain(`"project_file":"${digest}"`);
    expect(shown.stdout).toContain('"unattended_possible":true');
    hallpass.assertNoCanary();
  });
});
