import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { CTRL_C, CTRL_D, DOWN, ESCAPE, Typing } from '../helpers/typing.ts';
import { approveDevice } from '../helpers/web-forms.ts';

const canaries = makeCanaries();
let oidc: Oidc;
let hub: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  hub = await startFakeHub(oidc);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

const QUESTION = /Not logged in to http:\/\/127\.0\.0\.1:\d+\. Log in now\? \[Y\/n\] /;

// A shell that a Ctrl-C reaches too gives no code to go by.
const sealed = { restored: true, text: expect.stringMatching(/0 exposed, sealed\./) as string };

/** One connection that wants a token of the hub, and nobody who has logged in. */
async function loggedOut(): Promise<Sandbox> {
  const hallpass = await sandbox();
  await hallpass.configure({
    connections: { tickets: { url: 'http://127.0.0.1:2/mcp', auth: { bearer: 'hub-jwt' } } },
  });
  return hallpass;
}

function connectTickets(hallpass: Sandbox, ...args: string[]): Typing {
  return new Typing(hallpass, ['connect', 'tickets', ...args], { HALLPASS_HUB: hub.url });
}

async function approve(typing: Typing): Promise<void> {
  const [address] = await typing.saying(/http:\S+user_code=[A-Z]{4}-[A-Z]{4}(?=\s)/);
  await approveDevice(address, 'developer');
}

function nothingLeaked(hallpass: Sandbox): void {
  assertNoCanary({
    canaries: [...Object.values(canaries), ...hub.given.map((value) => ({ name: 'token', value }))],
    directories: [hallpass.stateDir],
    streams: hallpass.streams,
  });
}

describe('connect on a terminal, where nobody is logged in', () => {
  test('offers the login, and goes on', cites('connect.login-offered'), async () => {
    await using hallpass = await loggedOut();
    const typing = connectTickets(hallpass);
    await typing.saying(QUESTION);
    typing.type('\r');
    await approve(typing);
    await typing.saying(/Logged in as developer \(engineering\), profile default/);
    await typing.saying(/tickets is at http:/);
    expect(hub.asked.at(-1)).toMatchObject({ audience: 'tickets', use: 'proxy' });
    await typing.saying(/Ctrl-C ends the session\./);
    typing.type(CTRL_C);
    expect(await typing.finished).toMatchObject(sealed);
    expect((await hallpass.run(['whoami'])).stdout).toMatch(/^developer at http/);
    nothingLeaked(hallpass);
  });

  test('and does so when the login can not be renewed any more', cites('connect.login-offered'), async () => {
    await using hallpass = await loggedOut();
    oidc.idTokenSeconds = 30;
    const login = new Typing(hallpass, ['login', hub.url]);
    await approve(login);
    expect((await login.finished).code).toBe(0);
    oidc.idTokenSeconds = 3600;
    await fetch(`${oidc.issuer}/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: oidc.clientId, token: oidc.refreshTokens.at(-1) ?? '' }),
    });
    const typing = connectTickets(hallpass);
    await typing.saying(QUESTION);
    typing.type('yes\r');
    await approve(typing);
    await typing.saying(/Ctrl-C ends the session\./);
    typing.type(CTRL_C);
    expect(await typing.finished).toMatchObject(sealed);
    nothingLeaked(hallpass);
  });

  test.each([
    ['no', 'n\r'],
    ['something else', 'what?\r'],
    ['the end of the input', CTRL_D],
  ])('takes %s for a no, and begins no session', async (_, keys) => {
    await using hallpass = await loggedOut();
    const typing = connectTickets(hallpass);
    await typing.saying(QUESTION);
    typing.type(keys);
    const { code, text, restored } = await typing.finished;
    expect(text).toMatch(/nobody is logged in \[ERR_AUTH\]\r\n {2}Log in: hallpass login/);
    expect({ code, restored }).toEqual({ code: 3, restored: true });
    expect((await hallpass.run(['sessions', 'list', '--json'])).stdout).toBe('');
    nothingLeaked(hallpass);
  });

  test('asks for an upload too that needs one', cites('connect.login-offered'), async () => {
    await using hallpass = await loggedOut();
    const args = ['connect', '--require-upload', '--', 'cat'];
    const typing = new Typing(hallpass, args, { HALLPASS_HUB: hub.url });
    await typing.saying(QUESTION);
    typing.type('n\r');
    expect((await typing.finished).code).toBe(3);
    nothingLeaked(hallpass);
  });

  test('asks nobody in CI, nor for a script', cites('connect.login-offered'), async () => {
    await using hallpass = await loggedOut();
    const script = connectTickets(hallpass, '--json');
    const { code, text } = await script.finished;
    expect(text).toMatch(/^\{"error":\{"code":"ERR_AUTH"/m);
    expect({ code, asked: QUESTION.test(text) }).toEqual({ code: 3, asked: false });
    const ci = new Typing(hallpass, ['connect', 'tickets'], { HALLPASS_HUB: hub.url, CI: 'true' });
    const refused = await ci.finished;
    expect(refused.text).toContain('[ERR_AUTH]');
    expect({ code: refused.code, asked: QUESTION.test(refused.text) }).toEqual({ code: 3, asked: false });
    nothingLeaked(hallpass);
  });

  test('says what to do where no hub is known', cites('connect.login-offered'), async () => {
    await using hallpass = await loggedOut();
    const typing = new Typing(hallpass, ['connect', 'tickets']);
    expect((await typing.finished).code).toBe(3);
    expect(typing.text).toContain('[ERR_AUTH]');
    nothingLeaked(hallpass);
  });
});

describe('connect without a name', () => {
  const waiting = { command: process.execPath, args: ['-e', 'process.stdin.resume()'] };

  test('on a terminal has one choose', cites('connect.picker'), async () => {
    await using hallpass = await sandbox();
    await hallpass.configure({ connections: { first: waiting, second: waiting } });
    const typing = new Typing(hallpass, ['connect']);
    await typing.saying(/Which connection\?[^]*Enter/);
    typing.type(`${DOWN}\r`);
    await typing.saying(/second is at http:[^]*Ctrl-C ends the session\./);
    typing.type(CTRL_C);
    expect(await typing.finished).toMatchObject(sealed);
    nothingLeaked(hallpass);
  });

  test('shows what a project says as text, and no arguments', cites('connect.picker'), async () => {
    await using hallpass = await sandbox();
    await hallpass.configure({ connections: { mine: waiting } });
    const evil = { command: '/bin/\u001b]0;owned\u0007\u202eevil', args: [canaries.npmToken.value] };
    const project = { connections: { mine: evil, theirs: evil } };
    await writeFile(join(hallpass.project, 'hallpass.yaml'), JSON.stringify(project));
    const typing = new Typing(hallpass, ['connect']);
    await typing.saying(/theirs[^]*Enter/);
    expect(typing.text).toContain('mine  (node)');
    expect(typing.text).toContain(
      'theirs  (\\x1b]0;owned\\x07\\u{202e}evil, not trusted yet: hallpass trust)',
    );
    expect(typing.text).not.toContain('\u001b]');
    typing.type(`${DOWN}\r`);
    const { code, text } = await typing.finished;
    expect(text).toContain('[ERR_UNTRUSTED_PROJECT]');
    expect(code).toBe(7);
    nothingLeaked(hallpass);
  });

  test('where nobody can choose is an error that lists the names', cites('connect.picker'), async () => {
    await using hallpass = await sandbox();
    await hallpass.configure({ connections: { first: waiting, second: waiting } });
    const piped = await hallpass.run(['connect']);
    expect(piped.stderr).toMatch(/\[ERR_USAGE\]\n {2}Names in hallpass\.yaml: first, second\.\n/);
    expect({ stdout: piped.stdout, code: piped.code }).toEqual({ stdout: '', code: 2 });
    for (const [args, env] of [
      [['connect', '--json'], {}],
      [['connect'], { CI: '1' }],
      [['connect'], { TERM: 'dumb' }],
    ] as const) {
      const typing = new Typing(hallpass, args, env);
      expect((await typing.finished).code).toBe(2);
      expect(typing.text).toContain('Names in hallpass.yaml: first, second.');
      nothingLeaked(hallpass);
    }
  });

  test('and without any connection says how to name a server', cites('connect.picker'), async () => {
    await using hallpass = await sandbox();
    const typing = new Typing(hallpass, ['connect']);
    expect((await typing.finished).code).toBe(2);
    expect(typing.text).toContain('For example: hallpass connect -- mcp-server-filesystem .');
    nothingLeaked(hallpass);
  });
});

describe('Ctrl-C', () => {
  const silent = { code: 130, restored: true, text: expect.not.stringMatching(/^hallpass: /m) as string };

  test('at the offer of a login ends quietly', cites('prompt.interrupted'), async () => {
    await using hallpass = await loggedOut();
    const typing = connectTickets(hallpass);
    await typing.saying(QUESTION);
    typing.type(`y${CTRL_C}`);
    expect(await typing.finished).toEqual(silent);
    expect(existsSync(join(hallpass.stateDir, 'sessions'))).toBe(false);
    nothingLeaked(hallpass);
  });

  test('while the code waits leaves nobody logged in', cites('prompt.interrupted'), async () => {
    await using hallpass = await loggedOut();
    const typing = connectTickets(hallpass);
    await typing.saying(QUESTION);
    typing.type('\r');
    await typing.saying(/Waiting/);
    typing.type(CTRL_C);
    await typing.finished;
    expect(typing.text).not.toMatch(/^hallpass: /m);
    expect(existsSync(join(hallpass.stateDir, 'sessions'))).toBe(false);
    expect((await hallpass.run(['whoami'])).code).toBe(3);
    nothingLeaked(hallpass);
  });

  test.each([
    ['Ctrl-C', CTRL_C],
    ['Escape', ESCAPE],
  ])('%s at the list of connections ends quietly', cites('prompt.interrupted'), async (_, key) => {
    await using hallpass = await sandbox();
    await hallpass.configure({ connections: { first: { command: 'cat' } } });
    const typing = new Typing(hallpass, ['connect']);
    await typing.saying(/Enter/);
    typing.type(key);
    expect(await typing.finished).toEqual(silent);
    nothingLeaked(hallpass);
  });

  test('at the passphrase ends quietly, and makes no vault', cites('prompt.interrupted'), async () => {
    await using hallpass = await sandbox({ isNew: true });
    const typing = new Typing(hallpass, ['connect', '--', 'cat'], { HALLPASS_PASSPHRASE: undefined });
    await typing.saying(/New passphrase for the keys of hallpass: /);
    typing.type(`abc${CTRL_C}`);
    expect(await typing.finished).toEqual(silent);
    expect(typing.text).not.toContain('abc');
    expect(existsSync(join(hallpass.stateDir, 'vault.json'))).toBe(false);
    expect(existsSync(join(hallpass.stateDir, 'sessions'))).toBe(false);
    nothingLeaked(hallpass);
  });

  test('at the question of trust trusts nothing', cites('prompt.interrupted'), async () => {
    await using hallpass = await sandbox();
    await writeFile(join(hallpass.project, 'hallpass.yaml'), 'connections: { a: { command: cat } }\n');
    const typing = new Typing(hallpass, ['trust']);
    await typing.saying(/\[y\/N\] /);
    typing.type(CTRL_C);
    expect(await typing.finished).toEqual(silent);
    expect((await hallpass.run(['connect', 'a'])).stderr).toContain('[ERR_UNTRUSTED_PROJECT]');
    nothingLeaked(hallpass);
  });
});
