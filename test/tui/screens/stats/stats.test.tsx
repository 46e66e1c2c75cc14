import { afterEach, expect, test, vi } from 'vitest';

import { Stats } from '../../../../src/tui/screens/stats/stats.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { type MemoryEvent, MemorySession, said, started, wrote } from '../../../helpers/memory-session.ts';

const SMALL = { columns: 60, rows: 20 };
let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

function shown(events: readonly MemoryEvent[], options: { isLive?: boolean } = {}) {
  const session = new MemorySession(events, options);
  const leave = vi.fn<() => void>();
  const terminal = new InkScreen(<Stats session={session} theme={PLAIN} leave={leave} />, SMALL);
  screen = terminal;
  return { session, leave, terminal };
}

const CALLS = Array.from({ length: 20 }, (_, n): MemoryEvent[] => [
  said(n * 100, {
    method: 'tools/call',
    id: `${n}`,
    tool: n % 4 === 0 ? 'query' : 'read_file',
    bytes: 'x'.repeat(600),
  }),
  said(n * 100 + n, { direction: 'to_client', id: `${n}`, rules: n === 7 ? ['github_pat'] : [] }),
]).flat();

test('calls over time, durations, tools, rules, verdicts and bytes are told, a page after the other', async () => {
  const { terminal } = shown([started({ session_kind: 'connect', connection: 'files' }), ...CALLS]);
  await terminal.shows(
    /^stats 3k2m9f7q {2}files +\d+ more below\n.*\nOver time {2}41 events in 1\.92 s\ncalls +[▁-█ ]+ 20\nfindings +[▁-█ ]+ 1\n +0:00 +0:01\n/,
  );
  await terminal.shows(/How long answers took {2}p50 9\.0 ms {2}p95 18 ms {2}max 19 ms\n< 1 ms +━+ +1\n/);
  await terminal.shows(/Calls by tool +calls +findings +refused\nread_file +━+ +15 +1 *\nquery +━+╸? +5 *\n/);
  expect(terminal.lines.length).toBeLessThan(SMALL.rows);
  for (const line of terminal.lines) expect(line.length).toBeLessThanOrEqual(SMALL.columns);
  // Also when there are more lines by the time rules are counted.
  terminal.type('G');
  await terminal.shows(
    /Findings by rule\ngithub_pat +━+ +1\n\nVerdicts\nallow +━+ +20\n\nBytes, masked\nto server +━+ +12 KB\n/,
  );
});

test('of a command it tells what it wrote', async () => {
  const { terminal } = shown([started(), wrote(10, 'x'.repeat(2_048)), wrote(2_000, 'y')]);
  await terminal.shows(/writes +[▁-█ ]+ 2\n[\s\S]*Bytes, masked\noutput +━+ +2 KB\n/);
  expect(terminal.lines.join('\n')).not.toContain('How long');
});

test('a session that is being recorded is counted on', async () => {
  const { terminal, session } = shown([started(), wrote(10, 'x')], { isLive: true });
  await terminal.shows(/writes .* 1\n/);
  session.add(wrote(20, 'y', { rules: ['aws_key'] }));
  await terminal.shows(/writes .* 2\n[\s\S]*aws_key +━+ +1\n/);
});

test('names of an attacker are shown, not obeyed', async () => {
  const tool = '\u001b[2Jx\u202e';
  const { terminal } = shown([started(), said(1, { method: 'tools/call', id: '1', tool, rules: [tool] })]);
  await terminal.shows(/Findings by rule\n\\x1b\[2Jx\\u\{202e\} +━/);
  expect(terminal.all).not.toContain('\u001b');
  expect(terminal.all).not.toContain('\u202e');
});

test('help is there, and goes before the screen does', async () => {
  const { terminal, leave } = shown([started()]);
  await terminal.shows(/Over time/);
  terminal.type('?');
  await terminal.shows(/half a page/);
  terminal.type('s');
  await terminal.shows(/Over time/);
  expect(leave).not.toHaveBeenCalled();
  terminal.type('q');
  await expect.poll(() => leave).toHaveBeenCalledTimes(1);
});
