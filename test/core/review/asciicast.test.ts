import { describe, expect, test } from 'vitest';

import { asciicast } from '../../../src/core/review/asciicast.ts';
import { CastText } from '../../../src/core/review/cast-text.ts';
import { Timeline } from '../../../src/core/session/timeline.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { Emulator } from '../../helpers/emulator.ts';
import { HOSTILE } from '../../helpers/hostile-corpus.ts';
import { type MemoryEvent, MemorySession, said, started, wrote } from '../../helpers/memory-session.ts';

const ESC = '\u001b';

/** The lines of a cast, parsed: a header, then `[seconds, code, data]`. */
function cast(...events: readonly MemoryEvent[]): { header: unknown; events: [number, string, string][] } {
  const session = new MemorySession(events);
  const timeline = new Timeline();
  const given = events.map((_, seq) => {
    const { event, answers } = timeline.next(session.event(seq));
    return { event, answers, payload: session.payload(seq, 1_000_000) };
  });
  const [header = '', ...lines] = asciicast(given);
  return {
    header: JSON.parse(header),
    events: lines.map((line) => JSON.parse(line) as [number, string, string]),
  };
}

describe('an asciicast', () => {
  test('of a command is what it wrote, when it did', () => {
    const { header, events } = cast(
      started({ argv: ['npm', 'test\u202e'] }),
      wrote(248, `${ESC}[1;31mHello ${ESC}[0m`),
      wrote(1_001, 'hpm_aws_key_a1b2c3d4e5\r\n', { rules: ['aws_key', 'aws_key'] }),
      {
        at: 2_000,
        body: {
          kind: 'end',
          reason: 'exited with 0',
          exit_code: 0,
          counts: { to_server: 0, to_client: 0, findings: 2, refused: 0 },
        },
      },
    );
    expect(header).toEqual({
      version: 2,
      width: 80,
      height: 24,
      timestamp: 1_700_000_000,
      title: 'hallpass run npm test\\u{202e}',
      env: { TERM: 'xterm-256color' },
    });
    expect(events).toEqual([
      [0.248, 'o', `${ESC}[1;31mHello ${ESC}[0m`],
      [1.001, 'm', 'aws_key'],
      [1.001, 'o', 'hpm_aws_key_a1b2c3d4e5\r\n'],
      [2, 'o', `${ESC}[0m${ESC}(B`],
    ]);
  });

  test('has the size of the terminal, and when that changed', () => {
    const resized = { columns: 60, rows: 20 };
    const body = { kind: 'output', stream: 'terminal', resized, findings: [] } as const;
    const events = [wrote(1, 'a\r\n'), { at: 2, bytes: 'b\r\n', body }];
    const made = cast(started({ terminal: { columns: 132, rows: 43 } }), ...events);
    expect(made.header).toMatchObject({ width: 132, height: 43 });
    expect(made.events.slice(0, 3)).toEqual([
      [0.001, 'o', 'a\r\n'],
      [0.002, 'r', '60x20'],
      [0.002, 'o', 'b\r\n'],
    ]);
  });

  test('makes no player a screen beyond measure', () => {
    const size = { columns: 65_535, rows: 65_535 };
    const body = { kind: 'output', stream: 'terminal', resized: size, findings: [] } as const;
    const { header, events } = cast(started({ terminal: size }), { at: 1, bytes: 'x', body });
    expect(header).toMatchObject({ width: 1_000, height: 500 });
    expect(events[0]).toEqual([0.001, 'r', '1000x500']);
  });

  test('of calls is a text of them', () => {
    const { events } = cast(
      started({ session_kind: 'connect', connection: 'files' }),
      said(100, {
        method: 'tools/call',
        id: '1',
        tool: 'read',
        bytes: '{"params":{"arguments":{"path":"a"}}}',
      }),
      said(150, { direction: 'to_client', id: '1', bytes: `{"result":"${'漢'.repeat(300)}"}` }),
      { at: 200, body: { kind: 'stderr', findings: [] }, bytes: 'one\ntwo' },
      said(300, { method: 'ping', id: '2' }),
    );
    // oxlint-disable-next-line no-control-regex -- colours are left out
    const texts = events.map(([at, code, data]) => [at, code, data.replace(/\u001b\[[\d;]*m/g, '')]);
    expect(texts).toEqual([
      [0, 'o', 'connect files  ada@analytical\r\n'],
      [0.1, 'o', '→ tools/call read allow\r\n    {"path":"a"}\r\n'],
      [0.15, 'o', `← tools/call read allow  50 ms\r\n    "${'漢'.repeat(199)}…\r\n`],
      [0.2, 'o', 'one\r\ntwo'],
      [0.3, 'o', '\r\n→ ping allow\r\n'],
    ]);
  });

  test('has times that never go back, and says what nobody saw', () => {
    const withheld = { kind: 'output', stream: 'stdout', findings: [], withheld: true } as const;
    const { events } = cast(started(), wrote(20, 'a\n'), { at: 10, body: withheld, bytes: 'b\n' });
    expect(events.map(([at]) => at)).toEqual([0.02, 0.02]);
    expect(events[1]?.[2]).toMatch(/shown to nobody.*\r\nb\r\n$/s);
  });
});

/** What a player is given. */
function played(pieces: readonly Uint8Array[], isTerminal = true): string {
  const text = new CastText({ isTerminal });
  return [...pieces.map((piece) => text.push(piece)), text.end()].join('');
}

const RESET = `${ESC}[0m${ESC}(B`;
const CASES: [string, string, string][] = [
  ['colours', `${ESC}[1;38;5;8mx${ESC}[m`, `${ESC}[1;38;5;8mx${ESC}[m${RESET}`],
  [
    'movements',
    `a\r\b${ESC}[2K${ESC}[3A${ESC}[5;1H${ESC}[2J`,
    `a\r\b${ESC}[2K${ESC}[3A${ESC}[5;1H${ESC}[2J${RESET}`,
  ],
  ['another screen, that is left', `${ESC}[?1049hx${ESC}[?1049l`, `${ESC}[?1049hx${ESC}[?1049l${RESET}`],
  [
    'another screen, that is not',
    `${ESC}[?1049;25lx${ESC}[?1049h`,
    `${ESC}[?1049;25lx${ESC}[?1049h${ESC}[?25h${RESET}${ESC}[?1049l`,
  ],
  ['a region', `${ESC}[2;5r`, `${ESC}[2;5r${RESET}${ESC}[r`],
  ['a title', `${ESC}]0;x\u0007`, '\\x1b]0;x\\x07'],
  ['a clipboard', `${ESC}]52;c;eA==${ESC}\\`, '\\x1b]52;c;eA==\\x1b\\'],
  ['a report', `${ESC}[6n${ESC}[c`, '\\x1b[6n\\x1b[c'],
  ['a reset', `${ESC}c${ESC}[!p`, '\\x1bc\\x1b[!p'],
  ['what hides', `${ESC}[8mx${ESC}[3J`, '\\x1b[8mx\\x1b[3J'],
  ['C1, bidi, bells', '\u009b2J\u202e\u0007', '\\x9b2J\\u{202e}\\x07'],
  ['what does not end', `x${ESC}]0;y`, 'x\\x1b]0;y'],
];

describe('what a player is given', () => {
  test.for(CASES)('%s', ([, text, safe]) => expect(played([Buffer.from(text)])).toBe(safe));

  test.for(CASES)('%s, wherever it is cut', ([, text, safe]) => {
    for (const pieces of everyCut(Buffer.from(text))) expect(played(pieces)).toBe(safe);
  });

  test('of a pipe has the returns that a terminal adds, wherever it is cut', () => {
    for (const pieces of everyCut(Buffer.from('a\nb\r\n\nc')))
      expect(played(pieces, false)).toBe('a\r\nb\r\n\r\nc');
  });

  test('does nothing beyond the screen: none of what attacks a terminal', async () => {
    for (const text of Object.values(HOSTILE)) {
      const emulator = new Emulator({ columns: 80, rows: 24 });
      await emulator.write(played([Buffer.from(text)]));
      await emulator.write('after');
      expect(emulator.deeds, JSON.stringify(text)).toEqual([]);
      expect(emulator.hidden, JSON.stringify(text)).toBe(0);
      expect(emulator.buffer).toBe('normal');
      expect(emulator.lines.join('\n')).toContain('after');
      expect(emulator.modes).toMatchObject({
        insertMode: false,
        mouseTrackingMode: 'none',
        wraparoundMode: true,
      });
      emulator.dispose();
    }
  });
});
