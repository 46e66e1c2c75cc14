/** A thread of `hallpass run`: reads what programs write, while the thread that started it masks what they have written. */
import { parentPort } from 'node:worker_threads';

import type { ReadPiece } from '../core/run/passage.ts';
import { TerminalText, type TextRest } from '../core/run/terminal-text.ts';
import { FarPipe } from './far-pipe.ts';
import { READ_BYTES } from './pipe-socket.ts';
import type { FromPipe, ToPipe } from './pipe-thread.ts';

const pipes = new Map<number, FarPipe>();

parentPort?.on('message', (message: ToPipe) => {
  const { fd, word } = message;
  if (word === 'read') pipes.set(fd, open(fd, message.rest));
  else if (word === 'more') pipes.get(fd)?.want();
  else pipes.get(fd)?.stop();
});

function open(fd: number, rest: TextRest): FarPipe {
  const text = new TerminalText(rest);
  return new FarPipe(fd, (bytes) => {
    if (bytes !== undefined) return send(fd, text.push(bytes));
    // From here on the number may be somebody else's.
    pipes.delete(fd);
    send(fd, text.end());
    say({ fd, piece: undefined });
  });
}

function send(fd: number, { source, text, at, sequences }: ReadPiece): void {
  const { numbers, strings, breaks } = sequences;
  const [sent, read] = [movable(source), text === source ? undefined : movable(text)];
  const columns = Int32Array.from(numbers);
  const piece = { source: sent, text: read, at, sequences: { numbers: columns, strings, breaks } };
  say({ fd, piece }, [sent.buffer, columns.buffer, ...(read === undefined ? [] : [read.buffer])]);
}

// What is large has a room of its own, which goes as it is. What is small may be in one that it shares.
function movable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  const isOwn = length > READ_BYTES / 2 && buffer instanceof ArrayBuffer;
  return isOwn ? new Uint8Array(buffer, byteOffset, length) : Uint8Array.from(bytes);
}

function say(message: FromPipe, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved);
}
