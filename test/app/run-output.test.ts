import { beforeEach, describe, expect, test } from 'vitest';

import { RunOutput } from '../../src/app/run-output.ts';
import { HallpassError } from '../../src/core/errors.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { RecordBody, TerminalRecord } from '../../src/core/session/event.ts';
import { masker, random } from '../core/mask/fixtures.ts';
import { readingInto } from '../helpers/reading.ts';

const SECRET = random('alnum', 30, 5);

/** What is being recorded, each with how to end that. */
let recording: {
  readonly text: string;
  readonly body: RecordBody;
  readonly ended: PromiseWithResolvers<void>;
}[];
let shown: string[];
let failures: HallpassError[];
let output: RunOutput;
let take: ReturnType<typeof readingInto>;
let terminal: TerminalRecord | undefined;

beforeEach(() => {
  [recording, shown, failures] = [[], [], []];
  terminal = { columns: 80, rows: 24 };
  output = new RunOutput({
    masker: masker({ 'variable X': SECRET }),
    record: (body, payload) => {
      const ended = Promise.withResolvers<void>();
      recording.push({ text: Buffer.from(payload ?? []).toString(), body, ended });
      return ended.promise;
    },
    show: (stream, masked) => {
      shown.push(`${stream}: ${Buffer.from(masked).toString()}`);
      return undefined;
    },
    withheld: () => undefined,
    terminal: () => terminal,
    note: () => undefined,
    onAnnounced: () => undefined,
    onFailure: (error) => void failures.push(error),
  });
  take = readingInto((stream, piece) => output.take(stream, piece));
});

function recorded(index: number): void {
  recording[index]?.ended.resolve();
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('output that is being recorded', () => {
  test('is shown when it is, in order, and counted then', async () => {
    for (const [stream, text] of [
      ['stdout', `one ${SECRET}\n`],
      ['stderr', 'two\n'],
    ] as const) {
      void take(stream, Buffer.from(text));
      void take(stream, undefined);
    }
    await turn();
    expect([shown, output.sums().secrets]).toEqual([[], 0]);
    for (const index of recording.keys()) {
      recorded(index);
      await turn();
      expect(shown.map((it) => it.replace(/^std\w+: /, ''))).toEqual(
        recording.slice(0, index + 1).map(({ text }) => text),
      );
    }
    expect(shown.join('')).toMatch(/^stdout: one (?:stdout: )?hpm_known_\w+\nstderr: /);
    expect(output.sums()).toMatchObject({ secrets: 1, leaks: [{ stream: 'stdout', line: 1 }] });
  });

  test('has ended when all of it is shown', async () => {
    void take('stdout', Buffer.from('1\n'));
    let hasEnded = false;
    const end = Promise.resolve(take('stdout', undefined)).then(() => (hasEnded = true));
    await turn();
    expect(hasEnded).toBe(false);
    for (const index of recording.keys()) recorded(index);
    await end;
    expect(shown.join('').replaceAll('stdout: ', '')).toBe('1\n');
  });

  test('that could not be is not shown, nor is what comes after it, and it is said once', async () => {
    for (const text of ['one\n', 'two\n', 'three\n', 'four\n']) void take('stdout', Buffer.from(text));
    recorded(0);
    for (const { ended } of recording.slice(1, -1))
      ended.reject(new HallpassError('ERR_RECORD_FAILED', 'the disk is full'));
    recorded(recording.length - 1);
    await turn();
    const before = recording.length;
    void take('stdout', Buffer.from('five\n'));
    await take('stdout', undefined);
    expect(shown.join('')).toBe(`stdout: ${recording[0]?.text}`);
    expect([failures.length, recording.length]).toEqual([1, before]);
  });

  test('is waited for now and then, so that the event loop learns of what is recorded', async () => {
    const piece = Buffer.alloc(LIMITS.outputEventBytes / 4, 'x y\n');
    const rooms = Array.from({ length: 8 }, () => take('stdout', piece));
    expect(rooms.map((room) => room !== undefined)).toEqual(
      rooms.map((_, count) => count === 3 || count === 7),
    );
    for (const room of rooms) await room;
  });

  test('is waited for when much of it is under way', async () => {
    const line = Buffer.from(`${'x '.repeat(500)}\n`.repeat(100));
    let room: Promise<void> | undefined;
    let taken = 0;
    let hasRoom = true;
    while (hasRoom) {
      hasRoom = false;
      room = take('stdout', line);
      taken += line.length;
      void room?.then(() => (hasRoom = true));
      // In a turn of the event loop it learns of what is recorded, but nothing is.
      await turn();
      await turn();
      hasRoom ||= room === undefined;
    }
    expect(taken).toBeGreaterThan(LIMITS.recordAheadBytes);
    expect(taken).toBeLessThan(LIMITS.recordAheadBytes + 2 * line.length);
    for (const index of recording.keys()) recorded(index);
    await room;
    // No longer, though nobody has recorded this one.
    await take('stdout', line);
  });
});

test('what is written once the terminal has another size says so, once', () => {
  const sizes = (): unknown[] => recording.map(({ body }) => body.kind === 'output' && body.resized);
  void take('terminal', Buffer.from('a\n'));
  terminal = { columns: 100, rows: 30 };
  void take('stderr', Buffer.from('b\n'));
  void take('stderr', undefined);
  void take('terminal', Buffer.from('c\n'));
  void take('terminal', Buffer.from('d\n'));
  terminal = undefined;
  void take('terminal', Buffer.from('e\n'));
  expect(sizes()).toEqual([undefined, undefined, { columns: 100, rows: 30 }, undefined, undefined]);
});
