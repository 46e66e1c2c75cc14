import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import type { Child, Exit } from './child.ts';
import { type Line, LineFramer, toMessage } from '../../core/jsonrpc/ndjson.ts';
import { toLine } from '../../core/jsonrpc/one-line.ts';
import { takeChunks } from '../../core/chunks.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Lane } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { Turns } from '../../core/turns.ts';

interface StdioUpstreamParts {
  readonly child: Child;
  /** Where what the server says goes. */
  readonly lane: Lane;
}

type Gone = { by: 'server'; reason: string; exitCode?: number };

/** An MCP server as a child process: one JSON-RPC message per line on its stdin and stdout, its log on stderr. */
export class StdioUpstream {
  readonly #parts: StdioUpstreamParts;
  readonly ended: Promise<Gone>;
  #reading: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #turns = new Turns();
  #fault: Gone | undefined;

  constructor(parts: StdioUpstreamParts) {
    this.#parts = parts;
    this.ended = parts.child.exited.then(async (exit) => {
      this.#closed = true;
      const gone = goneBy(exit);
      if (exit.forced !== true && exit.code !== 0) this.#fault = gone;
      await this.#reading;
      return gone;
    });
  }

  fault(): Gone | undefined {
    return this.#fault;
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#reading = this.#read(pass);
    await Promise.resolve();
  }

  /** Once the server is gone nothing is sent: the proxy answers all that still wait. */
  async send(_message: Message, bytes: Uint8Array): Promise<void> {
    const { stdin } = this.#parts.child;
    await this.#turns.write({
      write: () => {
        if (this.#closed || !stdin.writable) return true;
        this.#cork();
        return stdin.write(toLine(bytes));
      },
      drained: () => Promise.race([once(stdin, 'drain').catch(() => undefined), this.ended]),
    });
  }

  /** There is no HTTP behind a pipe. */
  async bare({ lane }: BareRequest): Promise<void> {
    lane.open?.({ status: 405, headers: {} });
    lane.close?.();
    await Promise.resolve();
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    await this.#parts.child.stop(options);
    // What it said last is still delivered, but not waited for without end when the client no longer reads.
    const limit = options.atOnce ? [delay(LIMITS.childTermMs, undefined, { ref: false })] : [];
    await Promise.race([this.#reading, ...limit]);
  }

  // What is sent in one turn of the event loop, such as all that came in one piece, goes in one write.
  #cork(): void {
    const { stdin } = this.#parts.child;
    if (stdin.writableCorked > 0) return;
    stdin.cork();
    process.nextTick(() => stdin.uncork());
  }

  async #read(pass: (message: Message) => Promise<void>): Promise<void> {
    const { child, lane } = this.#parts;
    const framer = new LineFramer();
    const take = async (lines: readonly Line[]): Promise<void> => {
      for (const line of lines) await pass({ direction: 'to_client', ...toMessage(line), lane });
    };
    try {
      await takeChunks(child.stdout, (chunk) => take(framer.push(chunk)));
      await take(framer.flush());
    } catch (error) {
      // The pipe was closed under us because the process is gone; its exit says more.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
}

/** Reads a server's stderr all the time: one whose stderr fills up stops (64 KB on Linux, 4 KB on Windows). */
export function drain({ stderr }: Child, onStderr: (chunk: Uint8Array | undefined) => void): void {
  stderr.on('data', onStderr);
  stderr.once('close', () => onStderr(undefined));
}

function goneBy(exit: Exit): Gone {
  return { by: 'server', reason: describe(exit), ...(exit.code !== undefined && { exitCode: exit.code }) };
}

function describe({ code, signal }: Exit): string {
  if (signal !== undefined) return `it was ended by ${signal}`;
  return code === undefined ? 'it ended' : `it ended with exit code ${code}`;
}
