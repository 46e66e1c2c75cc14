import { PassThrough } from 'node:stream';

import { LineFramer } from '../../src/core/jsonrpc/ndjson.ts';
import type { Child, Exit } from '../../src/proxy/upstream/child.ts';

interface FakeMessage {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly [key: string]: unknown };
  readonly result?: unknown;
}

/** A stdio server in memory: no process, but the same pipes. */
export class FakeChild implements Child {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  /** Every line it got, byte for byte. */
  readonly lines: string[] = [];
  readonly #exit = Promise.withResolvers<Exit>();
  readonly #waiting: {
    readonly matches: (message: FakeMessage) => boolean;
    readonly resolve: (message: FakeMessage) => void;
  }[] = [];
  stopped: { atOnce?: boolean } | undefined;

  constructor(onMessage: (message: FakeMessage, child: FakeChild) => void = () => undefined) {
    const framer = new LineFramer();
    this.stdin.on('data', (chunk: Buffer) => {
      for (const line of framer.push(chunk)) {
        if (line.kind !== 'line') continue;
        this.lines.push(Buffer.from(line.bytes).toString());
        const message = JSON.parse(Buffer.from(line.bytes).toString()) as FakeMessage;
        for (const { matches, resolve } of this.#waiting) if (matches(message)) resolve(message);
        onMessage(message, this);
      }
    });
  }

  get exited(): Promise<Exit> {
    return this.#exit.promise;
  }

  get messages(): FakeMessage[] {
    return this.lines.map((line) => JSON.parse(line) as FakeMessage);
  }

  /** Says something on stdout: the very text, or a value on a line. */
  say(said: unknown): void {
    this.stdout.write(typeof said === 'string' ? said : `${JSON.stringify(said)}\n`);
  }

  /** The first message that matches, when it has come. */
  when(matches: (message: FakeMessage) => boolean): Promise<FakeMessage> {
    const come = this.messages.find(matches);
    if (come !== undefined) return Promise.resolve(come);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  exit(code = 0): void {
    this.stdout.end();
    this.stderr.end();
    this.#exit.resolve({ code, signal: undefined });
  }

  async stop(options: { atOnce?: boolean } = {}): Promise<Exit> {
    this.stopped ??= options;
    this.stdin.end();
    this.exit();
    return this.exited;
  }
}
