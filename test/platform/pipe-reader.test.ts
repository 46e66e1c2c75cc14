import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import type { ReadPiece } from '../../src/core/run/passage.ts';
import { TerminalText } from '../../src/core/run/terminal-text.ts';
import { makePipes, type OutputPipe } from '../../src/platform/output-pipe.ts';
import { PipeThread } from '../../src/platform/pipe-thread.ts';

const MUCH = LIMITS.readAloneBytes + 3 * LIMITS.readAheadBytes + 12_345;

describe('what a program writes into a pipe', () => {
  test.each([0, 1, 65_537, LIMITS.readAloneBytes, MUCH])(
    'is taken whole and in order: %i bytes',
    async (size) => {
      const { pipe, thread } = open();
      const bytes = randomBytes(size);
      const taken: Uint8Array[] = [];
      // From stdin, so that it comes as it is cut by somebody else.
      const writer = write(pipe, 'process.stdin.pipe(process.stdout)', bytes);
      await pipe.reader.read(({ source }) => void taken.push(source));
      await ended(writer);
      expect(digest(Buffer.concat(taken))).toBe(digest(bytes));
      await thread.close();
    },
  );

  test('is taken in order while another thread begins to read', async () => {
    const { pipe, thread } = open();
    // Small writes, of which many are under way when it begins.
    const code = `for (let i = 0; i < ${MUCH / 100}; i++) require('fs').writeSync(1, String(i).padEnd(99) + '\\n')`;
    const writer = write(pipe, code);
    let text = '';
    await pipe.reader.read(({ source }) => void (text += Buffer.from(source).toString()));
    await ended(writer);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(Math.ceil(MUCH / 100));
    expect(lines.findIndex((line, i) => line.trimEnd() !== String(i))).toBe(-1);
    await thread.close();
  });

  test.each([1_000, MUCH])(
    'is told apart, text from escape sequences, whichever thread has read it: %i bytes',
    async (size) => {
      const line = '\u001b[32m✓\u001b[0m \u001b[1mdone\u001b[0m \u001b]0;a title\u0007of it\u001b[2K\n';
      // At its end one begins that has no end.
      const bytes = Buffer.from(`${line.repeat(size / line.length)}\u001b[3`);
      const { pipe, thread } = open();
      const writer = write(pipe, 'process.stdin.pipe(process.stdout)', bytes);
      const pieces: ReadPiece[] = [];
      await pipe.reader.read((piece) => void pieces.push(piece));
      await ended(writer);
      const whole = new TerminalText();
      const [all, rest] = [whole.push(bytes), whole.end()];
      expect(digest(Buffer.concat(pieces.map(({ source }) => source)))).toBe(digest(bytes));
      const text = Buffer.concat(pieces.map((piece) => piece.text));
      expect(digest(text)).toBe(digest(Buffer.concat([all.text, rest.text])));
      let length = 0;
      for (const piece of pieces) {
        expect(piece.at).toBe(length);
        length += piece.text.length;
      }
      const sum = (from: readonly ReadPiece[], count: (it: ReadPiece['sequences']) => number): number =>
        from.reduce((so, { sequences }) => so + count(sequences), 0);
      for (const count of [
        (it: ReadPiece['sequences']) => it.numbers.length,
        (it: ReadPiece['sequences']) => it.strings.size,
        (it: ReadPiece['sequences']) => it.breaks.size,
      ])
        expect(sum(pieces, count)).toBe(sum([all], count));
      await thread.close();
    },
  );

  test.each(['here', 'by the other thread'])('is not taken %s while there is no room', async (where) => {
    const { pipe, thread } = open();
    const writer = write(pipe, ENDLESS);
    const least = where === 'here' ? 0 : LIMITS.readAloneBytes;
    const most = where === 'here' ? 1 : LIMITS.readAheadPieces;
    const room = Promise.withResolvers<void>();
    let [taken, waiting] = [0, 0];
    const reading = pipe.reader.read(({ source }) => {
      taken += source.length;
      if (taken <= least) return undefined;
      waiting += 1;
      return room.promise;
    });
    await vi.waitUntil(() => waiting === most);
    for (let turns = 0; turns < 200; turns++) await turn();
    expect(waiting).toBe(most);
    room.resolve();
    await vi.waitUntil(() => waiting > most);
    pipe.reader.stop();
    await reading;
    await ended(writer);
    await thread.close();
  });

  test('is taken of two pipes at once', async () => {
    const thread = new PipeThread();
    const taken = [0, 0];
    const read = makePipes(2, thread).map(async (pipe, i) => {
      const writer = write(pipe, `require('fs').writeSync(1, Buffer.alloc(${2 * MUCH}))`);
      await pipe.reader.read(({ source }) => void (taken[i] = (taken[i] ?? 0) + source.length));
      await ended(writer);
    });
    await Promise.all(read);
    expect(taken).toEqual([2 * MUCH, 2 * MUCH]);
    await thread.close();
  });

  test('of which there is more than it takes to start a thread comes in larger pieces, while nobody has time', async () => {
    const { pipe, thread } = open();
    const writer = write(pipe, ENDLESS);
    let taken = 0;
    let largest = 0;
    const reading = pipe.reader.read(({ source }) => {
      taken += source.length;
      largest = Math.max(largest, source.length);
      if (taken > 20 * LIMITS.readAloneBytes) pipe.reader.stop();
      const until = performance.now() + 3;
      while (performance.now() < until);
      return undefined;
    });
    await reading;
    await ended(writer);
    expect(largest).toBeGreaterThan(64 * 1024);
    expect(largest).toBeLessThanOrEqual(LIMITS.readAheadBytes);
    await thread.close();
  });
});

describe('a pipe that is read no more', () => {
  test.each(['here', 'by the other thread'])('%s tells its writer so', async (where) => {
    const { pipe, thread } = open();
    const writer = write(pipe, ENDLESS);
    let taken = 0;
    await pipe.reader.read(({ source }) => {
      taken += source.length;
      if (where === 'here' || taken > LIMITS.readAloneBytes + LIMITS.readAheadBytes) pipe.reader.stop();
      return undefined;
    });
    expect(await ended(writer)).not.toBe(0);
    await thread.close();
  });

  test('gives what was written by then, though somebody still holds it', async () => {
    const { pipe, thread } = open();
    // As much as finds room in the thread and the pipe, while nobody here has any.
    const size = LIMITS.readAloneBytes + 192 * 1024;
    const code = `const fs = require('fs'); fs.writeSync(1, Buffer.alloc(${size}, 'x')); fs.writeSync(2, 'done'); setInterval(() => {}, 1000)`;
    const writer = write(pipe, code);
    let taken = 0;
    const room = Promise.withResolvers<void>();
    const reading = pipe.reader.read(({ source }) => {
      taken += source.length;
      return taken > LIMITS.readAloneBytes ? room.promise : undefined;
    });
    if (writer.stderr !== null) await once(writer.stderr, 'data');
    pipe.reader.stop();
    await reading;
    expect(taken).toBe(size);
    writer.kill('SIGKILL');
    await ended(writer);
    await thread.close();
  });

  test('before the other thread has begun is closed at both of its ends', async () => {
    const { pipe, thread } = open();
    const writer = write(pipe, ENDLESS);
    let taken = 0;
    await pipe.reader.read(({ source }) => {
      const before = taken;
      taken += source.length;
      if (before < LIMITS.readAloneBytes && taken >= LIMITS.readAloneBytes)
        queueMicrotask(() => pipe.reader.stop());
      return undefined;
    });
    // It would go on as long as one of them is open.
    expect(await ended(writer)).not.toBe(0);
    await thread.close();
  });
});

test('a thread that fails is no end of what was written', async () => {
  const thread = new PipeThread();
  const none = 999_999;
  await expect(thread.read(none, new TerminalText().rest, () => undefined)).rejects.toThrow('fd type');
  await thread.close();
});

const ENDLESS = `const bytes = Buffer.alloc(65536, 'y'); for (;;) require('fs').writeSync(1, bytes)`;

function open(): { pipe: OutputPipe; thread: PipeThread } {
  const thread = new PipeThread();
  const [pipe] = makePipes(1, thread);
  if (pipe === undefined) throw new Error('one was asked for');
  return { pipe, thread };
}

function write(pipe: OutputPipe, code: string, input: Uint8Array = Buffer.alloc(0)): ChildProcess {
  const writer = spawn(process.execPath, ['-e', code], { stdio: ['pipe', pipe.writeEnd, 'pipe'] });
  pipe.handedOver();
  writer.stdin?.on('error', () => undefined);
  writer.stdin?.end(input);
  return writer;
}

async function ended(writer: ChildProcess): Promise<number | null> {
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  return writer.exitCode;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
