import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { type Finished, sandbox, type Running, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { readQr, THEMES } from '../helpers/read-qr.ts';
import { approveDevice } from '../helpers/web-forms.ts';

const SIZE = { columns: 80, rows: 24 };
const XTERM = { TERM: 'xterm-256color' };
const CTRL_C = '\u0003';
const ADDRESS = /http:[^"\s]+user_code=[A-Z-]+/;

/** In what circumstances `login` runs. */
interface Circumstances {
  readonly env: Record<string, string>;
  readonly size: boolean | { readonly columns: number; readonly rows: number };
  readonly args: readonly string[];
}

const USUAL: Circumstances = { env: {}, size: SIZE, args: [] };

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

/** Approves what `login` has shown, and waits for its end. */
async function approve(running: Running, address: string): Promise<void> {
  await approveDevice(address, 'developer');
  expect((await running.finished).code).toBe(0);
}

/** Gives up, as a person would: Ctrl-C, or without a terminal the signal that it stands for. */
function interrupt({ child, finished }: Running, size: Circumstances['size']): Promise<Finished> {
  if (size === false) child.kill('SIGINT');
  else child.stdin.write(CTRL_C);
  return finished;
}

/** Neither the passphrase nor a token of the issuer has come out. */
function nothingLeaked(hallpass: Sandbox): void {
  const tokens = oidc.refreshTokens.map((value, at) => ({ name: `refresh token ${at}`, value }));
  const passphrase = { name: 'the passphrase', value: hallpass.env['HALLPASS_PASSPHRASE'] ?? '' };
  const canaries = [passphrase, ...tokens];
  assertNoCanary({ canaries, directories: [hallpass.directory], streams: hallpass.streams });
}

describe('the QR code of a login', () => {
  test(
    'holds the complete address, for a camera at a dark or a light terminal',
    cites('login.qr'),
    async () => {
      await using hallpass = await sandbox();
      const running = hallpass.spawn(['login', hub.url], { onTerminal: SIZE, env: XTERM });
      await running.saying('stdout', /Waiting…/);
      const { stdout } = running.said;
      const [address = ''] = ADDRESS.exec(stdout) ?? [];
      expect(Object.values(THEMES).map((theme) => readQr(stdout, theme))).toEqual([address, address]);
      await approve(running, address);
      nothingLeaked(hallpass);
    },
  );

  test.each<[string, Partial<Circumstances>]>([
    ['with NO_COLOR', { env: { NO_COLOR: '1' } }],
    ['with TERM=dumb', { env: { TERM: 'dumb' } }],
    ['where there are too few columns', { size: { columns: 36, rows: 24 } }],
    ['where there are too few lines', { size: { columns: 80, rows: 20 } }],
    ['where the terminal does not say how large it is', { size: true }],
    ['with --json', { args: ['--json'] }],
    ['without a terminal', { size: false }],
  ])('is left out %s', cites('login.qr'), async (_, how) => {
    const { env, size, args } = { ...USUAL, ...how };
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['login', hub.url, ...args], {
      onTerminal: size,
      env: { ...XTERM, ...env },
    });
    await running.saying(size === false ? 'stderr' : 'stdout', /Waiting…|"expires_in"/);
    const { stdout, stderr } = await interrupt(running, size);
    expect(stdout + stderr).toMatch(ADDRESS);
    expect(stdout + stderr).not.toMatch(/[▀▄█]/);
    expect(stdout + stderr).not.toContain('\u001b[48');
    expect(stdout + stderr).not.toContain('\u001b[38');
    nothingLeaked(hallpass);
  });
});

describe('an issuer that means ill', () => {
  /** Answers like this when a device asks for a code, and never lets it in. */
  async function saying(answer: object, act: () => Promise<void>): Promise<void> {
    oidc.instead = ({ url }, response) => {
      if (url !== '/device/auth') return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ device_code: 'd', user_code: 'ABCD', expires_in: 600, ...answer }));
      return true;
    };
    await act().finally(() => (oidc.instead = undefined));
  }

  test(
    'runs no escape sequence, hides nothing and draws the same',
    cites('login.hostile-issuer'),
    async () => {
      await using hallpass = await sandbox();
      const answer = {
        user_code: 'AB\u001b]0;x\u0007CD\u202e',
        verification_uri: 'https://evil.test/\u001b[2J',
        verification_uri_complete: 'https://evil.test/\u202e\u001b[2J?user_code=ABCD',
      };
      await saying(answer, async () => {
        const running = hallpass.spawn(['login', hub.url], { onTerminal: SIZE, env: XTERM });
        await running.saying('stdout', /Waiting…/);
        const { stdout } = running.said;
        const address = 'https://evil.test/%E2%80%AE%1B[2J?user_code=ABCD';
        expect(stdout).toContain('the code AB\\x1b]0;x\\x07CD\\u{202e}');
        expect(stdout).toContain(`or open ${address} and compare it`);
        expect(Object.values(THEMES).map((theme) => readQr(stdout, theme))).toEqual([address, address]);
        const rest = stdout.replaceAll('\u001b[38;5;16;48;5;231m', '').replaceAll('\u001b[0m', '');
        for (const hostile of ['\u001b', '\u0007', '\u202e']) expect(rest).not.toContain(hostile);
        running.child.kill();
        await running.finished;
        nothingLeaked(hallpass);
      });
    },
  );

  test(
    'is refused where it leads to something else than the web',
    cites('login.hostile-issuer'),
    async () => {
      await using hallpass = await sandbox();
      await saying({ verification_uri: 'javascript:alert(1)' }, async () => {
        const { stdout, stderr, code } = await hallpass.run(['login', hub.url, '--json']);
        expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ERR_AUTH' } });
        expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
        nothingLeaked(hallpass);
      });
    },
  );
});

describe('the browser', () => {
  const DESKTOP = { ...XTERM, DISPLAY: ':0' };

  /** A desktop whose way of opening an address is to approve it. */
  async function desktop(hallpass: Sandbox): Promise<Record<string, string>> {
    const bin = join(hallpass.directory, 'desktop');
    await mkdir(bin);
    const forms = fileURLToPath(new URL('../helpers/web-forms.ts', import.meta.url));
    const script = `import { approveDevice } from ${JSON.stringify(forms)};
      await approveDevice(process.argv[2], 'auditor');`;
    await writeFile(join(bin, 'approve.ts'), script);
    const opener = join(bin, process.platform === 'darwin' ? 'open' : 'xdg-open');
    await writeFile(opener, `#!/bin/sh\nexec '${process.execPath}' '${join(bin, 'approve.ts')}' "$1"\n`);
    await chmod(opener, 0o700);
    return { ...DESKTOP, PATH: `${bin}:${hallpass.env['PATH']}` };
  }

  test('is opened at the complete address on a desktop', cites('login.browser'), async () => {
    await using hallpass = await sandbox();
    const env = await desktop(hallpass);
    const running = hallpass.spawn(['login', hub.url], { onTerminal: SIZE, env });
    // By nobody else than the browser.
    const { stdout, code } = await running.finished;
    expect(stdout).toMatch(/^A browser opens; if none does, open http:/m);
    expect(stdout).toMatch(/^Logged in as auditor/m);
    expect(code).toBe(0);
    nothingLeaked(hallpass);
  });

  test.each<[string, Partial<Circumstances>]>([
    ['over SSH', { env: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }],
    ['with --no-browser', { args: ['--no-browser'] }],
    ['without a terminal', { size: false }],
  ])('is not opened %s', cites('login.browser'), async (_, how) => {
    const { env, size, args } = { ...USUAL, ...how };
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['login', hub.url, ...args], {
      onTerminal: size,
      env: { ...(await desktop(hallpass)), ...env },
    });
    const out = size === false ? 'stderr' : 'stdout';
    const [address] = await running.saying(out, ADDRESS);
    await approve(running, address);
    expect(running.said[out]).toMatch(/^Open http:/m);
    // Had a browser been first, it would be the auditor.
    expect(running.said.stdout).toMatch(/^Logged in as developer/m);
    nothingLeaked(hallpass);
  });
});
