import { afterEach, expect, test, vi } from 'vitest';

import { Replay } from '../../../../src/tui/screens/replay/replay.tsx';
import { COLOURED, PLAIN, type Theme } from '../../../../src/tui/theme.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { type MemoryEvent, MemorySession, said, started, wrote } from '../../../helpers/memory-session.ts';

const ESC = '\u001b';
const SMALL = { columns: 60, rows: 20 };
let screen: InkScreen | undefined;
let now = 0;

afterEach(() => screen?.instance.unmount());

interface Options {
  readonly theme?: Theme;
  readonly fromSeq?: number;
  readonly isLive?: boolean;
}

/** A replay that began at 0 by a watch that stands still until `now` is set. */
function shown(events: readonly MemoryEvent[], { theme = PLAIN, fromSeq = 0, isLive = false }: Options = {}) {
  now = 0;
  const session = new MemorySession(events, { isLive });
  const leave = vi.fn<() => void>();
  const terminal = new InkScreen(
    <Replay session={session} fromSeq={fromSeq} now={() => now} theme={theme} leave={leave} />,
    SMALL,
  );
  screen = terminal;
  return { session, leave, terminal };
}

const RUN = [
  started({ argv: ['npm', 'test'] }),
  wrote(1_000, `${ESC}[32mok${ESC}[0m first\n`),
  wrote(20_000, 'with hpm_aws_key_a1b2c3d4e5\n', { rules: ['aws_key'] }),
  wrote(59_000, '10%\r'),
  wrote(60_000, '99%\n'),
];

test('it goes by at real time, or faster, with where it is and where secrets are', async () => {
  const { terminal } = shown(RUN);
  await terminal.shows(/^replay 3k2m9f7q {2}npm test +playing 1x\n/);
  expect(terminal.lines.join('\n')).not.toContain('first');
  now = 2_000;
  await terminal.shows(/ {2}ok first\n[\s\S]*0:02\.0 ━●─+◆─+ 1:00\.0/);
  terminal.type('+++');
  await terminal.shows(/playing 8x/);
  now += 7_250;
  await terminal.shows(
    /with hpm_aws_key_a1b2c3d4e5\n[\s\S]*10%\n[\s\S]*at the end 8x|at the end 8x[\s\S]*99%\n/,
  );
  now += 1_000;
  await terminal.shows(/at the end 8x[\s\S]*99%\n[\s\S]*1:00\.0 ━+◆━+● 1:00\.0/);
  expect(terminal.lines.length).toBeLessThan(SMALL.rows);
  for (const line of terminal.lines) expect(line.length).toBeLessThanOrEqual(SMALL.columns);
});

test('it stops, seeks, steps and skips', async () => {
  const { terminal } = shown(RUN);
  terminal.type(' ');
  await terminal.shows(/paused 1x/);
  terminal.type(']');
  await terminal.shows(/with[\s\S]*0:20\.0/);
  terminal.type(']');
  await terminal.shows(/no secret was found there/);
  terminal.type(',');
  await terminal.shows(/0:01\.0/);
  terminal.type('.');
  await terminal.shows(/0:20\.0/);
  terminal.type(`${ESC}[C`);
  await terminal.shows(/0:25\.0/);
  terminal.type('9');
  await terminal.shows(/0:54\.0/);
  terminal.type('i');
  await terminal.shows(/paused 1x {2}skips idle 0:57\n[\s\S]*┄+●┄+/);
  terminal.type('g');
  await terminal.shows(/0:00\.0/);
});

test('it begins where one was in the session', async () => {
  const { terminal } = shown(RUN, { fromSeq: 2 });
  await terminal.shows(/with hpm_[\s\S]*0:20\.0/);
});

test('what is further up can be looked at', async () => {
  const { terminal } = shown([started(), wrote(1, 'line\n'.repeat(3)), wrote(2, 'more\n'.repeat(30))], {
    fromSeq: 2,
  });
  await terminal.shows(/more/);
  expect(terminal.lines.join('\n')).not.toContain('line');
  terminal.type('k'.repeat(99));
  await terminal.shows(/19 more below {2}[\s\S]*run run[\s\S]*line/);
  terminal.type('\u0004');
  await terminal.shows(/11 more below/);
});

test('a session that is being recorded goes on', async () => {
  const { terminal, session } = shown([started(), wrote(1_000, 'one\n')], { isLive: true });
  now = 5_000;
  await terminal.shows(/playing[\s\S]*one/);
  session.add(wrote(3_000, 'two\n'));
  await terminal.shows(/two[\s\S]*0:03\.0/);
});

test('calls go by with method, tool, verdict and what was masked', async () => {
  const { terminal } = shown(
    [
      started({ session_kind: 'connect', connection: 'files' }),
      said(100, {
        method: 'tools/call',
        id: '1',
        tool: 'read',
        bytes: '{"params":{"arguments":{"path":"a"}}}',
      }),
      said(200, { direction: 'to_client', id: '1', rules: ['npm_token'], bytes: '{"result":{}}' }),
    ],
    { fromSeq: 2 },
  );
  await terminal.shows(
    /→ tools\/call read allow\n +\{"path":"a"\}\n.*← tools\/call read allow {2}100 ms {2}1 masked/,
  );
});

test('help is there, and goes before the screen does', async () => {
  const { terminal, leave } = shown(RUN);
  terminal.type('?');
  await terminal.shows(/to a tenth of it/);
  terminal.type('q');
  await expect.poll(() => leave).toHaveBeenCalledTimes(1);
  terminal.type('p');
  await terminal.shows(/playing[\s\S]*●[─◆]+ 1:00\.0/);
  terminal.type('p');
  await expect.poll(() => leave).toHaveBeenCalledTimes(2);
});

test('colours are shown where there are any, and never an escape that is not ours', async () => {
  const hostile = `${ESC}]0;x\u0007${ESC}[31mred${ESC}[2J${ESC}[6n\u009b2J\u202e\n`;
  const { terminal } = shown([started(), wrote(1, hostile)], { fromSeq: 1 });
  await terminal.shows(/\\x1b\]0;x\\x07red\\x1b\[6n\\x9b2J\\u\{202e\}/);
  expect(terminal.all).not.toContain(ESC);
  terminal.instance.unmount();
  const { terminal: coloured } = shown([started(), wrote(1, hostile)], { fromSeq: 1, theme: COLOURED });
  await coloured.shows(/red/);
  // oxlint-disable-next-line no-control-regex -- escapes are what is looked for
  const escapes = new Set(coloured.all.match(/\u001b[^m]*m?/g));
  for (const escape of escapes) expect(escape).toMatch(/^.\[[\d;]*m$/u);
});
