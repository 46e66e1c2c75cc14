import { describe, expect, test } from 'vitest';

import { LineFramer, toMessage, type Line } from '../../../src/core/jsonrpc/ndjson.ts';
import { everyCut, randomChunkings } from '../../helpers/chunks.ts';
import { countCopies } from '../../helpers/count-copies.ts';

function frame(chunks: Iterable<Uint8Array>, limit?: number): Line[] {
  const framer = new LineFramer(limit);
  const lines: Line[] = [];
  for (const chunk of chunks) lines.push(...framer.push(chunk));
  return [...lines, ...framer.flush()];
}

const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) =>
    line.kind === 'line' ? Buffer.from(line.bytes).toString() : `too long: ${line.size} ${line.id ?? '?'}`,
  );

const STREAM = Buffer.from('{"a":"é"}\n\n{"b":2}\r\n \t\r\n{"c":"€"}\n{"d":"😀"}');
const LINES = ['{"a":"é"}\n', '{"b":2}\r\n', '{"c":"€"}\n', '{"d":"😀"}'];

describe('lines', () => {
  test('come with their terminators; blank ones are dropped', () => {
    expect(texts(frame([STREAM]))).toEqual(LINES);
  });

  test('are the same for every cut in two', () => {
    for (const cut of everyCut(STREAM)) expect(texts(frame(cut))).toEqual(LINES);
  });

  test('are the same byte by byte and for any number of pieces', () => {
    expect(texts(frame(Array.from(STREAM, (byte) => Uint8Array.of(byte))))).toEqual(LINES);
    for (const chunks of randomChunkings(STREAM, { count: 300 })) expect(texts(frame(chunks))).toEqual(LINES);
  });

  test('come as soon as they are complete', () => {
    const framer = new LineFramer();
    expect(framer.push(Buffer.from('{"a":1}'))).toEqual([]);
    expect(texts(framer.push(Buffer.from('\n{"b"')))).toEqual(['{"a":1}\n']);
    expect(texts(framer.push(Buffer.from(':2}\n')))).toEqual(['{"b":2}\n']);
    expect(framer.flush()).toEqual([]);
  });

  test('within one chunk are not copied', () => {
    const chunk = Buffer.from('{"a":1}\n{"b":2}\n');
    for (const line of new LineFramer().push(chunk)) {
      expect(line.kind === 'line' && line.bytes.buffer === chunk.buffer).toBe(true);
    }
  });

  test('there are none in an empty stream', () => {
    expect(frame([])).toEqual([]);
    expect(frame([new Uint8Array()])).toEqual([]);
  });

  test('NUL and other bytes that are no text still make a line, to be refused', () => {
    expect(frame([Uint8Array.of(0xff, 0x0a)])).toHaveLength(1);
  });
});

describe('a line over the limit', () => {
  const long = (line: string): Buffer => Buffer.from(line);
  const padding = 'x'.repeat(5_000);

  test('is told from one that just fits', () => {
    expect(texts(frame([Buffer.from('123456789\n')], 10))).toEqual(['123456789\n']);
    expect(texts(frame([Buffer.from('1234567890\n')], 10))).toEqual(['too long: 11 ?']);
    expect(texts(frame([Buffer.from('1234567890')], 10))).toEqual(['1234567890']);
    expect(texts(frame([Buffer.from('12345678901')], 10))).toEqual(['too long: 11 ?']);
  });

  test('is followed by the next line as if nothing had been, however it is cut', () => {
    const stream = Buffer.from(`{"n":1}\n{"id":7,"p":"${'x'.repeat(30)}"}\n{"n":2}\n`);
    const expected = ['{"n":1}\n', 'too long: 46 7', '{"n":2}\n'];
    for (const cut of everyCut(stream)) expect(texts(frame(cut, 24))).toEqual(expected);
    for (const chunks of randomChunkings(stream, { count: 300 }))
      expect(texts(frame(chunks, 24))).toEqual(expected);
  });

  test.each([
    ['at the head', `{"jsonrpc":"2.0","id":12,"result":{"x":"${padding}"}}`, '12'],
    ['at the head, a string', `{"id" : "a b" ,"params":{"x":"${padding}"}}`, '"a b"'],
    ['at the head, escaped', String.raw`{"\u0069d":"\u0061","x":"` + `${padding}"}`, '"a"'],
    ['at the head, spelled as a float', `{"id":12.0,"x":"${padding}"}`, '12'],
    ['at the tail', `{"result":{"x":"${padding}"},"jsonrpc":"2.0","id":34}`, '34'],
    ['at the tail, not last', `{"result":{"x":"${padding}"}, "id" : "q" , "jsonrpc" : "2.0" } `, '"q"'],
    [
      'at the tail of a request',
      `{"method":"m","params":{"x":"${padding}"},"id":"z","jsonrpc":"2.0"}\r`,
      '"z"',
    ],
  ])('names its id: %s', (_, line, id) => {
    const whole = long(`${line}\n`);
    for (const size of [1, 7, 64, 1_000, 4_096, whole.length]) {
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_unused, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      expect(texts(frame(chunks, 4_000))).toEqual([`too long: ${whole.length} ${id}`]);
    }
  });

  test.each([
    ['an id of something inside', `{"result":{"item":{"id":5},"x":"${padding}"},"jsonrpc":"2.0"}`],
    ['an id inside, at the end', `{"result":{"x":"${padding}","id":5}}`],
    ['an id inside a string', `{"result":"${padding}\\",\\"id\\":5}"}`],
    ['an id in a batch', `[{"id":5,"result":"${padding}"}]`],
    ['an id of another type', `{"id":{"id":5},"result":"${padding}"}`],
    ['null', `{"id":null,"error":"${padding}"}`],
    ['no JSON at all', `id: 5 ${padding}`],
    ['no UTF-8 at all', `\xff${padding}`],
  ])('names none rather than a wrong one: %s', (_, line) => {
    const whole = Buffer.from(`${line}\n`, 'latin1');
    for (const chunks of [[whole], ...randomChunkings(whole, { count: 20 })])
      expect(texts(frame(chunks, 4_000))).toEqual([`too long: ${whole.length} ?`]);
  });

  test('does not take a number for complete where it was cut', () => {
    const line = `{"jsonrpc":"2.0","x":"${'y'.repeat(992)}","id":123456,"z":"${padding}"}\n`;
    const cut = line.slice(0, 1_024);
    expect(cut.endsWith('"id":123')).toBe(true);
    const [found] = frame([Buffer.from(line)], 4_000);
    expect(found).toMatchObject({ kind: 'too-long', id: undefined });
  });

  test('keeps no more of it than its ends', () => {
    const framer = new LineFramer(10_000);
    const chunk = Buffer.alloc(1_000_000, 'x');
    const { largest } = countCopies(() => {
      for (let i = 0; i < 20; i += 1) framer.push(chunk);
    });
    expect(largest).toBeLessThanOrEqual(1_024);
    expect(framer.flush()).toEqual([{ kind: 'too-long', size: 20_000_000, id: undefined }]);
  });
});

test('a line becomes a message; one that was too long becomes one to refuse', () => {
  const bytes = Buffer.from('{}\n');
  expect(toMessage({ kind: 'line', bytes })).toEqual({ raw: bytes });
  expect(toMessage({ kind: 'too-long', size: 9, id: '4' })).toEqual({
    raw: new Uint8Array(),
    tooLong: { size: 9, id: '4' },
  });
});
