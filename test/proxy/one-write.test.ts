import { PassThrough, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import type { Message } from '../../src/core/message.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { StdioUpstream } from '../../src/proxy/upstream/stdio.ts';
import { FakeChild } from '../helpers/fake-child.ts';

/** Keeps what each write to the pipe held; with `full` the reader has yet to come. */
class Pipe extends Writable {
  readonly writes: string[] = [];
  readonly full: boolean;
  #resume: (() => void)[] = [];

  constructor(full = false) {
    super({ highWaterMark: full ? 16 : 1_024 });
    this.full = full;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#take(chunk.toString(), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#take(chunks.map(({ chunk }) => chunk.toString()).join(''), done);
  }

  read(): void {
    for (const done of this.#resume.splice(0)) done();
  }

  #take(text: string, done: () => void): void {
    this.writes.push(text);
    if (this.full) this.#resume.push(done);
    else done();
  }
}

type Send = (text: string) => Promise<void>;

const toServer = (pipe: Pipe): Send => {
  const child = new FakeChild();
  Object.defineProperty(child, 'stdin', { value: pipe });
  const { lane } = new StdioClientSide({ input: new PassThrough(), output: new PassThrough() });
  const upstream = new StdioUpstream({ child, lane });
  const message: Message = { direction: 'to_server', raw: new Uint8Array(), lane };
  return (text) => upstream.send(message, Buffer.from(text));
};
const toClient = (pipe: Pipe): Send => {
  const { lane } = new StdioClientSide({ input: new PassThrough(), output: pipe });
  return (text) => lane.send(Buffer.from(text));
};

describe.each([
  ['the server', toServer],
  ['the client', toClient],
])('lines to %s', (_, open) => {
  test('that are sent in one turn go out in one write, in their order', async () => {
    const pipe = new Pipe();
    const send = open(pipe);
    await Promise.all(['{"id":1}', '{"id":2}', '{"id":3}'].map(send));
    await turn();
    expect(pipe.writes).toEqual(['{"id":1}\n{"id":2}\n{"id":3}\n']);
    await send('{"id":4}');
    await turn();
    expect(pipe.writes.slice(1)).toEqual(['{"id":4}\n']);
  });

  test('wait for a reader that does not read', async () => {
    const pipe = new Pipe(true);
    let sent = false;
    const sending = open(pipe)('{"text":"longer than may wait"}').then(() => {
      sent = true;
    });
    await turn();
    expect({ sent, writes: pipe.writes.length }).toEqual({ sent: false, writes: 1 });
    pipe.read();
    await sending;
  });
});
