import { afterEach, expect, test, vi } from 'vitest';

import type { ReviewedSession } from '../../../../src/core/review/source.ts';
import { Sessions, type SessionsProps } from '../../../../src/tui/screens/sessions/sessions.tsx';
import { PLAIN } from '../../../../src/tui/theme.ts';
import { InkScreen } from '../../../helpers/ink-screen.ts';
import { MemorySession, started } from '../../../helpers/memory-session.ts';
import { BADGES, listed, MemorySource } from '../../../helpers/memory-source.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
let screen: InkScreen | undefined;

afterEach(() => screen?.instance.unmount());

function shown(source: MemorySource, size = { columns: 80, rows: 24 }, props: Partial<SessionsProps> = {}) {
  const enter = vi.fn<SessionsProps['enter']>();
  const quit = vi.fn<() => void>();
  const terminal = new InkScreen(
    <Sessions {...{ source, enter, quit }} theme={PLAIN} now={() => NOW} {...props} />,
    size,
  );
  screen = terminal;
  return { terminal, enter, quit };
}

test.each([
  [60, 20, /WHEN {2}WHAT +FINDINGS {2}DENIED {2}STATE/, /> {4}2 h {2}files +3 {7}1 {2}sealed/],
  [
    80,
    24,
    /WHEN {2}KIND +WHAT +FINDINGS {2}DENIED {2}HELD {2}STATE +HUB/,
    /> {4}2 h {2}connect {2}files +3 {7}1 {5}2 {2}sealed +waiting/,
  ],
  [
    120,
    40,
    /WHEN {2}STARTED, UTC +KIND +WHAT +EVENTS +FINDINGS/,
    /2 h {2}2026-11-20 10:00 {2}connect {2}files +24 +3 {7}1 {5}2 {2}sealed +waiting/,
  ],
] as const)('on %i by %i there is what fits', async (columns, rows, head, line) => {
  const source = new MemorySource([listed({ findings: 3 })]);
  source.known.set('3k2m9f7q', { ...BADGES, findings: 3, refused: 1, holds: 2, upload: 'waiting' });
  const { terminal } = shown(source, { columns, rows });
  await terminal.shows(/sealed/);
  expect(terminal.lines.join('\n')).toMatch(head);
  expect(terminal.lines.join('\n')).toMatch(line);
  expect(terminal.lines.length).toBeLessThan(rows);
  for (const one of terminal.lines) expect(one.length).toBeLessThanOrEqual(columns);
});

test.each([
  [60, 20, /WHEN {2}WHAT +WHO +FINDINGS {2}STATE *$/m, /> {4}2 h {2}files +ada@analytical +3 {2}accepted/],
  [
    80,
    24,
    /KIND +WHAT +WHO +FINDINGS {2}STATE *$/m,
    /> {4}2 h {2}connect {2}files +ada@analytical +3 {2}acc/,
  ],
] as const)('at a hub on %i by %i it says whose each is', async (columns, rows, head, line) => {
  const source = new MemorySource([listed({ findings: 3, state: 'accepted' })]);
  source.isShared = true;
  const { terminal } = shown(source, { columns, rows });
  await terminal.shows(/accepted/);
  expect(terminal.lines.join('\n')).toMatch(head);
  expect(terminal.lines.join('\n')).toMatch(line);
  for (const one of terminal.lines) expect(one.length).toBeLessThanOrEqual(columns);
});

test('where nothing was recorded yet it says what records the first session, and then shows it', async () => {
  const source = new MemorySource([]);
  const { terminal } = shown(source, { columns: 60, rows: 20 });
  await terminal.shows(
    /Nothing has been recorded yet\.[\s\S]*hallpass connect -- COMMAND[\s\S]*hallpass run -- COMMAND/,
  );
  expect(terminal.lines.at(-1)).toBe('q quit  ? help');
  source.set([listed({ state: 'open', ended_at: null })]);
  await terminal.shows(/1 session[\s\S]*files[\s\S]*● live[\s\S]*to now UTC/);
});

test('only of those in sight more is asked for', async () => {
  const many = Array.from({ length: 500 }, (_, n) => listed({ session: `s${n}` }));
  const source = new MemorySource(many);
  for (const { session } of many) source.known.set(session, BADGES);
  const { terminal } = shown(source, { columns: 80, rows: 24 });
  await terminal.shows(/500 sessions(?:[\s\S]*sealed){16}/);
  expect(new Set(source.asked)).toEqual(new Set(many.slice(0, 16).map(({ session }) => session)));
  terminal.type('G');
  await terminal.shows(/s499/);
});

test('keys that come together filter, choose and open', async () => {
  const session = new MemorySession([started()]);
  const source = new MemorySource([listed(), listed({ session: 'other', connection: 'db' })], [session]);
  const { terminal, enter } = shown(source);
  await terminal.shows(/2 sessions/);
  terminal.type('/files\r');
  await terminal.shows(/1 of 2 sessions[\s\S]*filter: files/);
  terminal.type('\r');
  await expect.poll(() => enter).toHaveBeenCalledOnce();
  expect(enter.mock.calls[0]?.[0]).toBe(session satisfies ReviewedSession);
  expect(enter.mock.calls[0]?.[2]).toBe(false);
});

test('what can not be opened says why', async () => {
  const { terminal } = shown(new MemorySource([listed()]));
  await terminal.shows(/1 session/);
  terminal.type('l');
  await terminal.shows(/there is no session 3k2m9f7q/);
});

test('who follows waits, and sees the next session that is recorded', async () => {
  const live = new MemorySession([started()], { isLive: true });
  const source = new MemorySource([listed({ session: 'old' })], [live]);
  const { terminal, enter } = shown(source, { columns: 60, rows: 20 }, { awaits: true });
  await terminal.shows(/Waiting for a session to begin/);
  expect(terminal.lines.at(-1)).toBe('esc the list  q quit  ? help');
  source.set([listed({ state: 'open' }), listed({ session: 'old' })]);
  await expect.poll(() => enter).toHaveBeenCalledOnce();
  expect(enter.mock.calls[0]?.[2]).toBe(true);
});

test('pasted keys act on nothing and leave nothing', async () => {
  const remove = vi.fn<() => Promise<string>>();
  const { terminal, quit } = shown(new MemorySource([listed()], [], { remove }));
  await terminal.shows(/1 session/);
  terminal.type('Dyqy\r');
  await terminal.shows(/there is no session/);
  expect(remove).not.toHaveBeenCalled();
  expect(quit).not.toHaveBeenCalled();
});
