import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { lastRows } from '../../../src/core/review/replay-rows.ts';
import { ReplayScreen } from '../../../src/core/review/replay-screen.ts';
import { MemorySession, said, started, wrote } from '../../helpers/memory-session.ts';

const ROOM = { columns: 60, rows: 10, below: 0 };

/** Of which the first payload was removed, and the second event is another than it was. */
class Changed extends MemorySession {
  override payload(seq: number, limit: number, from?: number): ReturnType<MemorySession['payload']> {
    return seq === 1 ? { state: 'redacted' } : super.payload(seq, limit, from);
  }

  override event(seq: number): ReturnType<MemorySession['event']> {
    if (seq === 2 && this.index.events > 3)
      throw new HallpassError('ERR_SESSION_CORRUPT', 'it was changed', { hint: 'Again.' });
    return super.event(seq);
  }
}

function shown(screen: ReplayScreen, seq: number, room: Partial<typeof ROOM> = {}): string[] {
  return lastRows(screen.at(seq), { ...ROOM, ...room }).map(({ stream, spans }) => {
    const text = spans.map((span) => span.text).join('');
    return stream === '' ? text : `${stream}|${text}`;
  });
}

const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"path":"a.txt"}}}';
const ANSWER =
  '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"line\\nhpm_github_pat_a1b2c3d4e5"}]}}';

describe('what was to be seen', () => {
  test('of calls: who was asked what, and what came of it', () => {
    const deny = { outcome: 'deny', reason: 'not here', rule: 'no-rm' } as const;
    const session = new MemorySession([
      started({ session_kind: 'connect', connection: 'files' }),
      said(100, { method: 'tools/call', id: '1', tool: 'read', bytes: CALL }),
      said(218, { direction: 'to_client', id: '1', rules: ['github_pat'], bytes: ANSWER }),
      { at: 300, body: { kind: 'stderr', findings: [] }, bytes: 'ready\n' },
      said(61_000, { method: 'tools/call', id: '2', tool: 'rm', verdict: deny }),
    ]);
    expect(shown(new ReplayScreen(session), 4)).toEqual([
      '  0:00.0  connect files  ada@analytical',
      '  0:00.1  → tools/call read allow',
      '            {"path":"a.txt"}',
      '  0:00.2  ← tools/call read allow  118 ms  1 masked',
      '            line hpm_github_pat_a1b2c3d4e5',
      'stderr|ready',
      '  1:01.0  → tools/call rm DENY not here',
    ]);
  });

  test('of a long message is one line', () => {
    const bytes = `{"params":{"arguments":{"text":"${'\u202e'.repeat(9_000)}"}}}`;
    const session = new MemorySession([started(), said(1, { method: 'tools/call', id: '1', bytes })]);
    const rows = shown(new ReplayScreen(session), 1);
    expect(rows).toHaveLength(3);
    expect(rows[2]).toMatch(/^ +\{"text":"\\u\{202e\}\\u/);
  });

  test('of output: each stream as it was written, and what nobody saw said so', () => {
    const session = new MemorySession([
      started(),
      wrote(1, 'one\n', { stream: 'stdout' }),
      wrote(2, 'oops\n', { stream: 'stderr' }),
      { at: 3, bytes: 'late\n', body: { kind: 'output', stream: 'stdout', findings: [], withheld: true } },
    ]);
    const screen = new ReplayScreen(session);
    expect(shown(screen, 3).slice(1)).toEqual([
      'stdout|one',
      'stderr|oops',
      'what follows was recorded, and shown to nobody when it was written',
      'stdout|late',
    ]);
    expect(shown(screen, 1)).toHaveLength(2);
    expect(shown(screen, -1)).toEqual([]);
  });

  test('of what was removed, or changed meanwhile, says so and goes on', () => {
    const session = new Changed([started(), wrote(1, 'one\n'), wrote(2, 'two\n'), wrote(3, 'three\n')]);
    expect(shown(new ReplayScreen(session), 3).slice(1)).toEqual([
      '(what was written here is removed, or missing)',
      'it was changed',
      'terminal|three',
    ]);
  });

  test('is another where another log has taken the place of the first', () => {
    const session = new MemorySession([started(), wrote(1, 'one\n')]);
    const screen = new ReplayScreen(session);
    expect(shown(screen, 1).at(-1)).toBe('terminal|one');
    const other = new MemorySession([started(), wrote(1, 'other\n')]);
    Object.defineProperty(session, 'index', { value: other.index });
    session.payload = other.payload.bind(other);
    expect(shown(screen, 1).at(-1)).toBe('terminal|other');
  });

  test('is broken at the edge, and can be looked at further up', () => {
    const session = new MemorySession([started(), wrote(1, `${'x'.repeat(25)}漢字\nend\n`)]);
    const screen = new ReplayScreen(session);
    expect(shown(screen, 1, { columns: 10 }).slice(1)).toEqual([
      'terminal|xxxxxxxxxx',
      'terminal|xxxxxxxxxx',
      'terminal|xxxxx漢字',
      'terminal|end',
    ]);
    expect(shown(screen, 1, { columns: 26, rows: 2 })).toEqual(['terminal|漢字', 'terminal|end']);
    expect(shown(screen, 1, { columns: 26, rows: 2, below: 1 })).toEqual([
      `terminal|${'x'.repeat(25)}`,
      'terminal|漢字',
    ]);
    expect(shown(screen, 1, { columns: 26, rows: 2, below: 99 })).toHaveLength(2);
  });
});

test('output on a terminal is as wide as that was, wherever one comes from', () => {
  const resized = { columns: 20, rows: 24 };
  const body = { kind: 'output', stream: 'terminal', resized, findings: [] } as const;
  const line = `${'x'.repeat(25)}\r\n`;
  const session = new MemorySession([
    started({ terminal: { columns: 10, rows: 24 } }),
    wrote(1, line),
    { at: 2, bytes: line, body },
    ...Array.from({ length: 2_000 }, (_, n) => wrote(n + 3, line)),
  ]);
  const widths = (seq: number): number[] =>
    shown(new ReplayScreen(session), seq).map((row) => row.replace('terminal|', '').length);
  expect(widths(1).slice(1)).toEqual([10, 10, 5]);
  expect(widths(2).slice(-2)).toEqual([20, 5]);
  // So far that what said the size is not read any more.
  expect(widths(2_002)).toEqual([20, 5, 20, 5, 20, 5, 20, 5, 20, 5]);
});

test('output that begins with another size of the terminal has that, where nothing before it is read', () => {
  const body = { kind: 'output', stream: 'terminal', findings: [] } as const;
  const session = new MemorySession([
    started({ terminal: { columns: 10, rows: 24 } }),
    { at: 1, bytes: 'cut off\r\n', body: { ...body, resized: { columns: 20, rows: 24 } } },
    ...Array.from({ length: LIMITS.replayBackEvents }, (_, n) => wrote(n + 2, 'x')),
  ]);
  const rows = shown(new ReplayScreen(session), LIMITS.replayBackEvents + 1);
  expect(rows[0]).toBe(`terminal|${'x'.repeat(20)}`);
});

describe('a long session', () => {
  const session = new MemorySession([
    started(),
    ...Array.from({ length: 20_000 }, (_, n) => wrote(n, `line ${n}\r${n}\u001b[K\n${n % 7}`)),
  ]);

  test('is the same wherever one comes from', () => {
    const straight = new ReplayScreen(session);
    const jumping = new ReplayScreen(session);
    for (const seq of [3, 500, 20_000, 12_345, 12_400, 19, 1]) {
      for (let on = Math.max(0, seq - 900); on <= seq; on += 300) straight.at(on);
      expect(shown(jumping, seq)).toEqual(shown(straight, seq));
      expect(shown(new ReplayScreen(session), seq)).toEqual(shown(straight, seq));
    }
  });

  test('is read only as far back as fills a screen', () => {
    session.reads = 0;
    shown(new ReplayScreen(session), 15_000);
    expect(session.reads).toBeLessThan(3 * LIMITS.replayLines);
  });

  test('of one endless line is read no further than a limit', () => {
    const bar = new MemorySession([
      started(),
      ...Array.from({ length: 5_000 }, (_, n) => wrote(n, `\r${n}`)),
    ]);
    expect(shown(new ReplayScreen(bar), 5_000).at(-1)).toBe('terminal|4999');
    expect(bar.reads).toBeLessThan(3 * LIMITS.replayBackEvents);
  });
});
