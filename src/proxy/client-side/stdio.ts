import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import process from 'node:process';

import { takeChunks } from '../../core/chunks.ts';
import { LineFramer, toMessage, type Line } from '../../core/jsonrpc/ndjson.ts';
import { toLine } from '../../core/jsonrpc/one-line.ts';
import type { Lane } from '../../core/lane.ts';
import type { Message } from '../../core/message.ts';
import { Turns } from '../../core/turns.ts';

/** The stdio transport's client end: one JSON-RPC message per line, nothing else on stdout. */
export class StdioClientSide {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #gone = new AbortController();
  readonly #turns = new Turns();
  readonly lane: Lane;

  constructor(streams: { input: Readable; output: Writable }) {
    this.#input = streams.input;
    this.#output = streams.output;
    this.#output.on('error', () => this.#gone.abort());
    this.lane = { scope: 'stdio', signal: this.#gone.signal, send: (bytes) => this.#send(bytes) };
  }

  /** Ends when the client closes our stdin or stops reading our stdout. */
  async serve(pass: (message: Message) => Promise<void>): Promise<{ by: 'client'; reason: string }> {
    const framer = new LineFramer();
    this.#gone.signal.addEventListener('abort', () => this.#input.destroy());
    try {
      await takeChunks(this.#input, (chunk) => this.#take(framer.push(chunk), pass));
      await this.#take(framer.flush(), pass);
    } catch (error) {
      if (!this.#gone.signal.aborted) throw error;
    }
    return { by: 'client', reason: 'the client closed the connection' };
  }

  /** Nothing more is sent, and nobody waits any more for the client to read. */
  async close(): Promise<void> {
    this.#gone.abort();
    this.#input.destroy();
    await Promise.resolve();
  }

  async #take(lines: readonly Line[], pass: (message: Message) => Promise<void>): Promise<void> {
    for (const line of lines) await pass({ direction: 'to_server', ...toMessage(line), lane: this.lane });
  }

  // One write for a whole line, so that answers of ours and of the server never mix.
  async #send(bytes: Uint8Array): Promise<void> {
    await this.#turns.write({
      write: () => {
        if (this.#gone.signal.aborted) return true;
        this.#cork();
        return this.#output.write(toLine(bytes));
      },
      drained: () => once(this.#output, 'drain', { signal: this.#gone.signal }).catch(() => undefined),
    });
  }

  // What is sent in one turn of the event loop, such as all that came in one piece, goes in one write.
  #cork(): void {
    if (this.#output.writableCorked > 0) return;
    this.#output.cork();
    process.nextTick(() => this.#output.uncork());
  }
}
