import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The lines of a stream as they come: each call waits for the next one. */
export function lineReader(stream: Readable): () => Promise<string> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the stream has ended');
    return value;
  };
}
