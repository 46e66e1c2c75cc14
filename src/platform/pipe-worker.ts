/** A thread of `hallpass run`: reads pipes, while the thread that started it masks what came out of them. */
import { parentPort } from 'node:worker_threads';

import { FarPipe } from './far-pipe.ts';
import type { FromPipe, ToPipe } from './pipe-thread.ts';

const pipes = new Map<number, FarPipe>();

parentPort?.on('message', ({ fd, word }: ToPipe) => {
  if (word === 'read') pipes.set(fd, new FarPipe(fd, (piece) => send(fd, piece)));
  else if (word === 'more') pipes.get(fd)?.want();
  else pipes.get(fd)?.stop();
});

function send(fd: number, piece: Uint8Array<ArrayBuffer> | undefined): void {
  // From here on the number may be somebody else's.
  if (piece === undefined) pipes.delete(fd);
  const message: FromPipe = { fd, piece };
  parentPort?.postMessage(message, piece === undefined ? [] : [piece.buffer]);
}
