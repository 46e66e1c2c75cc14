import { afterEach, expect, test, vi } from 'vitest';

import { Call, type CallProps } from '../../../../src/tui/screens/call/call.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { EmulatedScreen } from '../../../helpers/emulated-screen.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { type MemoryEvent, MemorySession, said, started } from '../../../helpers/memory-session.ts';

let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

const finding = (n: number, at: string) => ({
  rule: 'github_pat',
  at,
  placeholder: `hpm_github_pat_a1b2c3d4e${n}`,
  why: 'it has the shape of a token',
});
const LONG = Array.from({ length: 40 }, (_, n) => `"item ${n}"`).join(',');
const EVENTS: MemoryEvent[] = [
  started({ session_kind: 'connect', connection: 'files' }),
  said(1, {
    method: 'tools/call',
    id: '1',
    tool: 'read',
    bytes: `{"params":{"arguments":{"all":[${LONG}]}}}`,
  }),
  said(9, {
    direction: 'to_client',
    id: '1',
    findings: [finding(1, '/result/first'), finding(2, '/result/second')],
    bytes: '{"result":{"first":"hpm_github_pat_a1b2c3d4e1","second":"and hpm_github_pat_a1b2c3d4e2"}}',
  }),
  said(20, { method: 'tools/list', id: '2', bytes: '{"n":1}' }),
];

function shown(session: MemorySession, size = { columns: 80, rows: 24 }, props: Partial<CallProps> = {}) {
  const show = vi.fn<CallProps['show']>();
  const leave = vi.fn<() => void>();
  const replay = vi.fn<CallProps['replay']>();
  const none = (): void => undefined;
  const terminal = new InkScreen(
    <Call
      {...{ session, show, leave, replay }}
      theme={PLAIN}
      acts={{}}
      row={1}
      at="first"
      quit={none}
      removed={none}
      {...props}
    />,
    size,
  );
  screen = terminal;
  return { terminal, show, leave, replay };
}

test.each([
  [60, 20],
  [80, 24],
  [120, 40],
])('on %i by %i a call with a finding begins there, and says why it was masked', async (columns, rows) => {
  const { terminal } = shown(new MemorySession(EVENTS), { columns, rows });
  await terminal.shows(/files: tools\/call read +2 of 3/);
  const text = terminal.lines.join('\n');
  expect(text).toMatch(/> +"first": "hpm_github_pat_a1b2c3d4e1",/);
  expect(text).toMatch(
    /why masked: finding 1 of 2 ─+\nrule +github_pat {2}at \/result\/first\nwhy +it has the shape of a token\nshown as hpm_github_pat_a1b2c3d4e1\nallow it hallpass allow hpm_github_pat_a1b2c3d4e1\n/,
  );
  expect(terminal.lines.length).toBeLessThan(rows);
  for (const one of terminal.lines) expect(one.length).toBeLessThanOrEqual(columns);
});

test('brackets go from finding to finding, and on to the next call with one', async () => {
  const { terminal, show } = shown(new MemorySession(EVENTS));
  await terminal.shows(/finding 1 of 2/);
  terminal.type(']');
  await terminal.shows(/> +"second"[\s\S]*finding 2 of 2/);
  terminal.type(']');
  await terminal.shows(/no further finding/);
  terminal.type('[[');
  await terminal.shows(/no finding before this one/);
  terminal.type('J');
  await expect.poll(() => show).toHaveBeenCalledWith(2, 'first');
});

test('brackets fold: at the cursor, around it, and again not', async () => {
  const { terminal } = shown(new MemorySession(EVENTS));
  await terminal.shows(/> +"first"/);
  terminal.type('h');
  await terminal.shows(/>▸ +"result": \{ … 2 fields \}/);
  terminal.type('h');
  await terminal.shows(/>▸ \{ … 1 field \}/);
  terminal.type('\r');
  terminal.type('j');
  terminal.type('l');
  await terminal.shows(/>▾ +"result": \{\n +"first"/);
});

test('a search finds what is out of sight, from match to match; esc ends it, and then leaves', async () => {
  const { terminal, leave } = shown(new MemorySession(EVENTS), { columns: 60, rows: 20 });
  await terminal.shows(/> +"first"/);
  terminal.type('/ITEM 3\r');
  await terminal.shows(/> +"item 3",[\s\S]*\/ITEM 3 {3}n next/);
  terminal.type('n');
  await terminal.shows(/> +"item 30",/);
  terminal.type('p');
  await terminal.shows(/> +"item 3",/);
  terminal.type('/nowhere\r');
  await terminal.shows(/not found: nowhere/);
  terminal.type('\u001b');
  await terminal.shows(/enter fold/);
  terminal.type('\u001b');
  await expect.poll(() => leave).toHaveBeenCalledOnce();
});

test('p goes back among matches, and replays where there are none', async () => {
  const { terminal, replay } = shown(new MemorySession(EVENTS), { columns: 100, rows: 24 });
  await terminal.shows(/> +"first"[\s\S]*p replay/);
  terminal.type('/item 3\r');
  await terminal.shows(/> +"item 3",[\s\S]*p previous/);
  terminal.type('p');
  await terminal.shows(/> +"item 39"/);
  expect(replay).not.toHaveBeenCalled();
  terminal.type('/nowhere\r');
  await terminal.shows(/not found: nowhere/);
  terminal.type('p');
  await expect.poll(() => replay).toHaveBeenCalledWith(1, expect.objectContaining({ query: '' }));
});

test('an answer that comes while one looks is there, and moves nothing', async () => {
  const session = new MemorySession(
    [started(), said(1, { method: 'tools/list', id: '2', bytes: '{"n":1}' })],
    {
      isLive: true,
    },
  );
  const { terminal } = shown(session);
  await terminal.shows(/→ request/);
  terminal.type('jjj');
  await terminal.shows(/> {2}verdict/);
  session.add(said(30, { direction: 'to_client', id: '2', bytes: '{"late":true}' }));
  await terminal.shows(/> {2}verdict[\s\S]*← response[\s\S]*"late": true/);
});

test.each<[string, MemoryEvent, RegExp]>([
  [
    'a hold',
    {
      body: {
        kind: 'hold',
        approval: 'apr_1',
        rule: 'no-drops',
        reason: 'it drops',
        approvals: 2,
        groups: ['dba'],
        expires_at: 1_790_000_000_000,
        tool: 'query',
      },
    },
    /held +it drops \[no-drops\]\n +approval +apr_1\n +takes +2 people of dba/,
  ],
  [
    'a decision',
    {
      body: {
        kind: 'decision',
        approval: 'apr_1',
        state: 'denied',
        by: [{ who: 'jo', verdict: 'deny', reason: 'no', at: 1_790_000_000_000, attended: true }],
      },
    },
    /decision +denied\n +approval +apr_1\n +denied +by jo at .*: no/,
  ],
  [
    'a definition',
    {
      body: {
        kind: 'definition',
        change: 'changed',
        what: 'tool',
        name: 'query',
        reason: 'it says something else',
        action: 'hide',
        fields: [{ at: '/description', before: 'old', after: 'new' }],
      },
    },
    /changed +tool “query”\n +reason +it says something else\n +client +does not see it\n +differs +\/description\n +- old\n +\+ new/,
  ],
  [
    'an error',
    { body: { kind: 'error', code: 'ERR_X', message: 'it broke' } },
    /code +ERR_X\n +error +it broke/,
  ],
  ['stderr', { body: { kind: 'stderr', findings: [] }, bytes: 'one\ntwo\n' }, /stderr .*\n +one\n +two/],
  [
    'a refusal',
    { body: { kind: 'refused', direction: 'to_server', reason: 'no JSON', times: 7 } },
    /→ refused.*\n +refused +no JSON \(7 times\)/,
  ],
  [
    'a policy',
    { body: { kind: 'policy', policy: 'p2', hub: 'https://hub.example', digest: 'ab'.repeat(32) } },
    /policy +p2\n +of +https:\/\/hub\.example/,
  ],
])('%s has a screen, too', async (_what, event, pattern) => {
  const { terminal } = shown(new MemorySession([started(), event]));
  await terminal.shows(pattern);
});

test('the start tells all that is known of the session', async () => {
  const { terminal } = shown(new MemorySession(EVENTS), { columns: 80, rows: 24 }, { row: 0 });
  await terminal.shows(
    /session +3k2m9f7q\n +what +connect files\n +who +ada@analytical[\s\S]*workspace +\/home\/ada\/engine[\s\S]*signer +device key/,
  );
});

test('what was not masked says so, and what nobody can let pass does not say how', async () => {
  const exposed = { rule: 'github_pat', at: '/id', placeholder: '', why: 'shape; left as it is' };
  const known = { rule: 'known', at: '/a', placeholder: 'hpm_known_a1b2c3d4e5', why: 'the value of TOKEN' };
  const session = new MemorySession([
    started(),
    said(1, { method: 'm', findings: [exposed, known], bytes: '{"id":"x","a":"hpm_known_a1b2c3d4e5"}' }),
  ]);
  const { terminal } = shown(session);
  await terminal.shows(
    /> +"id": "x"[\s\S]*NOT MASKED: finding 1 of 2[\s\S]*nothing stands in for it\nallow it -/,
  );
  terminal.type(']');
  await terminal.shows(
    /> +"a"[\s\S]*why masked: finding 2 of 2[\s\S]*allow it never: it is known to be a secret/,
  );
});

test('what an exception left in clear is told with its event', async () => {
  const excepted = [{ rule: 'github_pat', at: '/a', placeholder: 'hpm_github_pat_a1b2c3d4e5' }];
  const session = new MemorySession([started(), said(1, { method: 'm', excepted, bytes: '{}' })]);
  const { terminal } = shown(session);
  await terminal.shows(
    /excepted +github_pat at \/a: left in clear by an exception for\n +hpm_github_pat_a1b2c3d4e5/,
  );
});

test('what somebody looks at stays chosen on a screen of another size', async () => {
  const bytes = `{"first":"${'long words '.repeat(30)}","second":2}`;
  const session = new MemorySession([started(), said(1, { method: 'm', bytes })]);
  const none = (): void => undefined;
  const wide = new EmulatedScreen(
    <Call
      {...{ session, quit: none, removed: none, leave: none, show: none, replay: none }}
      theme={PLAIN}
      acts={{}}
      row={1}
      at="first"
    />,
    { columns: 120, rows: 30 },
  );
  const chosen = (pattern: RegExp) => (lines: string[]) => lines.some((line) => pattern.test(line));
  await wide.shows(chosen(/"second": 2/));
  wide.type('/second\r');
  await wide.shows(chosen(/^> +"second": 2/));
  wide.resize({ columns: 60, rows: 30 });
  const narrow = (lines: string[]): boolean => lines.filter((line) => line.includes('long words')).length > 5;
  await wide.shows((lines) => narrow(lines) && chosen(/^> +"second": 2/)(lines));
  wide.type('\u0003');
  wide.emulator.dispose();
});
