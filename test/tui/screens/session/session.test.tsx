import { afterEach, expect, test, vi } from 'vitest';

import type { Verification } from '../../../../src/core/session/verify.ts';
import { Session, type SessionProps } from '../../../../src/tui/screens/session/session.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { type MemoryEvent, MemorySession, said, started } from '../../../helpers/memory-session.ts';

let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

function shown(session: MemorySession, size = { columns: 80, rows: 24 }, props: Partial<SessionProps> = {}) {
  const enter = vi.fn<SessionProps['enter']>();
  const leave = vi.fn<() => void>();
  const none = (): void => undefined;
  const terminal = new InkScreen(
    <Session
      {...{ session, enter, leave }}
      theme={PLAIN}
      acts={{}}
      follows={false}
      hasApprovals={false}
      quit={none}
      removed={none}
      {...props}
    />,
    size,
  );
  screen = terminal;
  return { terminal, enter, leave };
}

const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/etc/hosts"}}}';
const DENIED = { outcome: 'deny', reason: 'it may not', rule: 'no-drops' } as const;
const EVENTS: MemoryEvent[] = [
  started({ session_kind: 'connect', connection: 'files', upstream: 'mcp-files .', attended: false }),
  said(10, { method: 'tools/call', id: '1', tool: 'read_file', bytes: CALL }),
  said(22, { direction: 'to_client', id: '1', rules: ['github_pat'], bytes: '{"id":1,"result":{}}' }),
  { at: 30, body: { kind: 'stderr', findings: [] }, bytes: 'ready to serve files\n' },
  said(40, { method: 'tools/call', id: '2', tool: 'drop', verdict: DENIED, bytes: '{}' }),
];

test('a call that ended before anybody decided is refused, and takes no longer', async () => {
  const verdict = { outcome: 'hold', reason: 'It needs approval: apr_1 is not decided', rule: 'r' } as const;
  const session = new MemorySession([
    started({ session_kind: 'connect' }),
    said(50, { method: 'tools/call', id: '1', tool: 'drop', verdict }),
  ]);
  const { terminal } = shown(session);
  await terminal.shows(/2 rows, 1 denied/);
  expect(terminal.lines.join('\n')).toMatch(/→ drop.* {2}refused r *$/m);
});

test.each([
  [60, 20, /● +\+0\.010 {2}→ read_file.* 1 {2}allow +12 ms/],
  [80, 24, /● +\+0\.010 {2}→ read_file {2}\{"path":"… +1 {2}allow +12 ms {2}██████/],
  [120, 40, /● +\+0\.010 {2}→ read_file {2}\{"path":"\/etc\/hosts"\} +1 {2}allow +12 ms {2}█{16}/],
] as const)(
  'on %i by %i a call is a row: time, what, masked, verdict, how long',
  async (columns, rows, line) => {
    const { terminal } = shown(new MemorySession(EVENTS), { columns, rows });
    await terminal.shows(/4 rows, 1 finding, 1 denied/);
    const text = terminal.lines.join('\n');
    expect(text).toMatch(line);
    expect(text).toMatch(
      /who +ada@analytical, unattended, in \/home\/ada\/engine\nwhat +mcp-files \.\npolicy {2}guard\nseal/,
    );
    expect(text).toMatch(/\+0\.030 +stderr {2}ready to serve files/);
    expect(text).toMatch(/→ drop.* denied no-dro/);
    expect(terminal.lines.length).toBeLessThan(rows);
    for (const one of terminal.lines) expect(one.length).toBeLessThanOrEqual(columns);
  },
);

test('a seal is spoken of once it was checked, and never before', async () => {
  const session = new MemorySession([started()]);
  const { promise, resolve } = Promise.withResolvers<Verification>();
  session.verify = () => promise;
  const { terminal } = shown(session);
  await terminal.shows(/seal +verifying…/);
  expect(terminal.all).not.toMatch(/sealed by/);
  const claims = [{ claim: 'signature', status: 'pass', reason: 'good, by SHA256:abcdefghijkl' }] as const;
  resolve({ session: session.id, ok: true, claims, seal: 'timely' });
  await terminal.shows(/seal +verified: sealed by device key SHA256:abcdefgh…, unattested/);
});

test.each([
  [60, 20],
  [80, 24],
])('on %i by %i why a seal is bad is seen as a whole, and the timeline below it', async (columns, rows) => {
  const session = new MemorySession(EVENTS);
  const key = `SHA256:${'k'.repeat(43)}`;
  const reason = `sealed by ${key}, the log names ${key.toUpperCase()}`;
  const claims = [{ claim: 'signer', status: 'fail', reason }] as const;
  session.verify = () => Promise.resolve({ session: session.id, ok: false, claims, seal: 'unproven' });
  const { terminal } = shown(session, { columns, rows });
  await terminal.shows(/seal +DOES NOT VERIFY: signer: [\s\S]*hallpass verify \w/);
  const text = terminal.lines.join('\n');
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(
    /sealed by (?:SHA256:)?k{8}…, the log names (?:SHA256:)?K{8}…\. See:/,
  );
  expect(text).toMatch(/TIME +WHAT[\s\S]*→ drop/);
  expect(terminal.lines.length).toBeLessThan(rows);
  for (const one of terminal.lines) expect(one.length).toBeLessThanOrEqual(columns);
});

test('of a log that says much about its damage three lines are shown', async () => {
  const session = new MemorySession(EVENTS);
  session.verify = () => Promise.reject(new Error('it broke\u001b[2J '.repeat(40)));
  const { terminal } = shown(session, { columns: 60, rows: 20 });
  await terminal.shows(/seal +not verified: it broke(?:.*\n {8}.*){2}…\n +TIME/);
});

test('what is over is checked again when its files have changed: a hub may have proven it since', async () => {
  const session = new MemorySession([started()]);
  const once = (reason: string): Verification => ({
    session: session.id,
    ok: true,
    claims: [
      { claim: 'signature', status: 'pass', reason: 'by SHA256:abcdefgh' },
      { claim: 'identity', status: reason === '' ? 'unchecked' : 'pass', reason },
    ],
    seal: 'timely',
  });
  session.verify = () => Promise.resolve(once(''));
  const { terminal } = shown(session);
  await terminal.shows(/seal +verified: .*unattested/);
  session.verify = () => Promise.resolve(once('certified for ada'));
  session.add();
  await terminal.shows(/seal +verified: .*certified for ada/);
});

test('a claim that fails is named', async () => {
  const session = new MemorySession([started()]);
  const claims = [{ claim: 'tree', status: 'fail', reason: 'the root is another' }] as const;
  session.verify = () => Promise.resolve({ session: session.id, ok: false, claims, seal: 'unproven' });
  const { terminal } = shown(session);
  await terminal.shows(/seal +DOES NOT VERIFY: tree: the root is another/);
});

test('what is being recorded is not verified, and followed while one stays at its end', async () => {
  const session = new MemorySession(EVENTS, { isLive: true });
  session.verify = vi.fn<() => Promise<never>>();
  const { terminal } = shown(session, { columns: 60, rows: 20 }, { follows: true });
  await terminal.shows(
    /^connect files +● following {2}4 rows, 1 finding, 1 denied[\s\S]*not sealed yet: it is being recorded[\s\S]*> +\+0\.040 {2}→ drop/,
  );
  session.add(said(50, { method: 'tools/list', id: '3' }));
  await terminal.shows(/> +\+0\.050 {2}→ tools\/list +allow +…/);
  terminal.type('k');
  await terminal.shows(/● live {2}5 rows[\s\S]*> +\+0\.040 {2}→ drop/);
  session.add(said(60, { direction: 'to_client', id: '3' }), said(70, { method: 'ping', id: '4' }));
  await terminal.shows(/> +\+0\.040[\s\S]*tools\/list +allow +10 ms[\s\S]*ping/);
  terminal.type('G');
  await terminal.shows(/following[\s\S]*> +\+0\.070 {2}→ ping/);
  expect(session.verify).not.toHaveBeenCalled();
});

test('a search goes from the chosen row to the end, then from the beginning, and n and p on from there', async () => {
  const session = new MemorySession(EVENTS);
  const asked: string[] = [];
  session.search = (text, { from, backwards = false }) => {
    asked.push(`${text} ${from} ${backwards}`);
    const at = [1, 4].filter((seq) => (backwards ? seq < from : seq >= from));
    return Promise.resolve(backwards ? at.at(-1) : at[0]);
  };
  const { terminal } = shown(session);
  await terminal.shows(/4 rows/);
  terminal.type('/hosts\r');
  await terminal.shows(/> +\+0\.010[\s\S]*\/hosts {3}event 1 {3}n next {2}p previous/);
  terminal.type('n');
  await terminal.shows(/> +\+0\.040[\s\S]*event 4 {3}/);
  terminal.type('n');
  await terminal.shows(/> +\+0\.010[\s\S]*event 1, from the other end/);
  terminal.type('p');
  await terminal.shows(/event 4, from the other end/);
  expect(asked).toEqual([
    'hosts 0 false',
    'hosts 2 false',
    'hosts 5 false',
    'hosts 0 false',
    'hosts 1 true',
    'hosts 5 true',
  ]);
  session.search = () => Promise.resolve(undefined);
  terminal.type('n');
  await terminal.shows(/not found/);
});

test('brackets go from finding to finding, enter opens the call, p its replay, s statistics', async () => {
  const { terminal, enter, leave } = shown(new MemorySession(EVENTS));
  await terminal.shows(/4 rows/);
  terminal.type(']\r');
  await expect.poll(() => enter).toHaveBeenCalledOnce();
  terminal.type('p');
  terminal.type('s');
  await expect.poll(() => enter).toHaveBeenCalledTimes(3);
  expect(enter.mock.calls.map(([what]) => what)).toEqual([
    { kind: 'call', row: 1 },
    { kind: 'replay', seq: 1 },
    { kind: 'stats' },
  ]);
  terminal.type(']');
  await terminal.shows(/no further finding/);
  terminal.type('h');
  await terminal.shows(/enter open/);
  terminal.type('h');
  await expect.poll(() => leave).toHaveBeenCalledOnce();
});

test('of a session of any length only what is in sight is read', async () => {
  const many = Array.from({ length: 5_000 }, (_, n) =>
    said(n, { method: 'tools/list', id: String(n), bytes: '{}' }),
  );
  const session = new MemorySession([started(), ...many]);
  const { terminal } = shown(session);
  await terminal.shows(/5001 rows/);
  const before = session.reads;
  terminal.type('G');
  await terminal.shows(/> +\+4\.999/);
  // Two pages at most: one for the row that was chosen, one for where it has gone.
  expect(session.reads - before).toBeLessThanOrEqual(4 * 24);
});

test('hostile words of a session are shown, not obeyed', async () => {
  const hostile = 'q\u001b[2J\u202e\u009b31m\u001b]0;x\u0007';
  const session = new MemorySession([
    started({
      connection: hostile,
      subject: hostile,
      upstream: hostile,
      policy: hostile,
      workspace: hostile,
    }),
    said(1, {
      method: hostile,
      id: '1',
      tool: hostile,
      bytes: `{"method":"${hostile}"}`,
      verdict: { outcome: 'deny', reason: hostile, rule: hostile },
    }),
    { at: 2, body: { kind: 'stderr', findings: [] }, bytes: hostile },
    { at: 3, body: { kind: 'error', code: hostile, message: hostile } },
  ]);
  const { terminal } = shown(session, { columns: 120, rows: 40 });
  await terminal.shows(/4 rows/);
  for (const one of ['\u001b', '\u0007', '\u009b', '\u202e']) expect(terminal.all).not.toContain(one);
});
