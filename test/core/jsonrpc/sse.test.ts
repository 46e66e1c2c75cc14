import { describe, expect, test } from 'vitest';

import { EventTooLongError, messageEvent, SseFramer, type SseEvent } from '../../../src/core/jsonrpc/sse.ts';
import { everyCut, randomChunkings } from '../../helpers/chunks.ts';
import { countCopies } from '../../helpers/count-copies.ts';

function frame(chunks: Iterable<Uint8Array>, limit?: number): SseEvent[] {
  const framer = new SseFramer(limit);
  return [...chunks].flatMap((chunk) => framer.push(chunk));
}

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (data: Uint8Array | undefined): string | undefined =>
  data === undefined ? undefined : Buffer.from(data).toString();
const datas = (events: readonly SseEvent[]): (string | undefined)[] =>
  events.map(({ data }) => text(data)).filter((data) => data !== undefined);
const raws = (events: readonly SseEvent[]): string => events.map(({ raw }) => text(raw)).join('');

const STREAM = [
  ': hello €\n\n',
  'id: 1\nretry: 10\ndata:\n\n',
  'event: message\nid: 2\ndata: {"a":"é"}\n\n',
  'data: {"b":\ndata:  2}\ndata\n: between\ndata:\n\n',
  'dataset: no\ndata : no\nDATA: no\ndata: yes\n\n',
].join('');
const DATA = ['', '{"a":"é"}', '{"b":\n 2}\n\n', 'yes'];
const LINE_ENDS = { LF: '\n', CRLF: '\r\n', CR: '\r' };

describe.each(Object.entries(LINE_ENDS))('with %s', (_, end) => {
  const stream = bytes(STREAM.replaceAll('\n', end));

  test('the data is what the standard says', () => {
    expect(datas(frame([stream]))).toEqual(DATA);
  });

  test('events, and every byte of the stream, are the same for every cut', () => {
    for (const cut of everyCut(stream)) {
      const events = frame(cut);
      expect(datas(events)).toEqual(DATA);
      expect(raws(events)).toBe(stream.toString());
    }
    for (const chunks of [
      ...randomChunkings(stream, { count: 300 }),
      Array.from(stream, (byte) => Uint8Array.of(byte)),
    ]) {
      const events = frame(chunks);
      expect(datas(events)).toEqual(DATA);
      expect(raws(events)).toBe(stream.toString());
    }
  });

  test('an event is there with the last byte that it needs', () => {
    const framer = new SseFramer();
    const event = bytes(`data: x${end}${end}`);
    // After the second CR nothing can change the event any more, whether or not an LF follows.
    expect(framer.push(event.subarray(0, -1))).toHaveLength(end === '\r\n' ? 1 : 0);
    expect([...framer.push(event.subarray(-1))].length).toBe(1);
  });

  test('encode puts other data in place and leaves every other byte', () => {
    const [, , event, lines] = frame([stream]).filter(({ raw }) => raw.length > 2);
    expect(text(event?.encode(bytes('{"a":"masked"}')))).toBe(
      'event: message\nid: 2\ndata: {"a":"masked"}\n\n'.replaceAll('\n', end),
    );
    expect(text(lines?.encode(bytes('{"b":\n "m"}\n\n')))).toBe(
      'data: {"b":\ndata:  "m"}\ndata\n: between\ndata:\n\n'.replaceAll('\n', end),
    );
  });

  test('encode with its own data gives the very bytes', () => {
    for (const event of frame([stream])) {
      if (event.data !== undefined) expect(text(event.encode(event.data))).toBe(text(event.raw));
    }
  });
});

describe('an event', () => {
  const only = (stream: string): SseEvent => {
    const [event, ...others] = frame([bytes(stream)]);
    if (event === undefined || others.length > 0) throw new Error('not one event');
    return event;
  };

  test('tells its comments, ids and names apart from its data', () => {
    const { rest, data } = only(': c\nevent: e\nid: i\ndata: d\nretry: 5\nother\n\n');
    expect(rest.split('\n')).toEqual([': c', 'event: e', 'id: i', 'retry: 5', 'other']);
    expect(text(data)).toBe('d');
  });

  test.each([
    ['one space after the colon is no data', 'data:  x', ' x'],
    ['no space', 'data:x', 'x'],
    ['a tab is data', 'data:\tx', '\tx'],
    ['colons are data', 'data: a: b', 'a: b'],
    ['without a colon it is empty', 'data', ''],
  ])('%s', (_, line, data) => {
    expect(text(only(`${line}\n\n`).data)).toBe(data);
  });

  test.each([': ping', 'id: 1', 'event: x', 'dat: x', 'data2: x', ' data: x', 'Data: x'])(
    '%s has no data',
    (line) => {
      expect(only(`${line}\n\n`).data).toBeUndefined();
    },
  );

  test('a byte order mark at the start of the stream hides no data', () => {
    const stream = bytes('\ufeffdata: {"a":1}\n\ndata: {"b":2}\n\n');
    for (const cut of everyCut(stream)) {
      const events = frame(cut);
      expect(datas(events)).toEqual(['{"a":1}', '{"b":2}']);
      expect(raws(events)).toBe(stream.toString());
    }
    expect(text(only('\ufeffdata: x\n\n').encode(bytes('y')))).toBe('\ufeffdata: y\n\n');
  });

  test('and only there: later it is part of a name', () => {
    expect(datas(frame([bytes('data: a\n\n\ufeffdata: b\n\n')]))).toEqual(['a']);
  });

  test('with many lines takes an answer of one line in the first of them', () => {
    expect(text(only('data: a\ndata: b\ndata: c\n\n').encode(bytes('{}')))).toBe(
      'data: {}\ndata: \ndata: \n\n',
    );
  });

  test('that is not complete is none', () => {
    expect(frame([bytes('data: a\n\ndata: b\n')])).toHaveLength(1);
  });
});

describe('an event of ours', () => {
  test.each(['{"a":1}', '{"a":1}\n', '{"a":1}\r\n'])('%j is one event', (line) => {
    expect(Buffer.from(messageEvent(bytes(line))).toString()).toBe('event: message\ndata: {"a":1}\n\n');
  });

  test('holds its data whatever line breaks stand between the tokens', () => {
    const [event, ...others] = frame([messageEvent(bytes('{\r"a":\n1,\r\n"b":2}\n'))]);
    expect(others).toEqual([]);
    expect(JSON.parse(text(event?.data) ?? '')).toEqual({ a: 1, b: 2 });
  });
});

describe('bounds', () => {
  test('an event over the limit ends the stream, one at the limit passes', () => {
    const event = bytes('data: 12345\n\n');
    expect(frame([event.subarray(0, -1), event.subarray(-1)], event.length - 1)).toHaveLength(1);
    expect(() => frame([bytes('data: 12345'), bytes('6789')], event.length - 1)).toThrow(EventTooLongError);
  });

  test('many small events are never too long together', () => {
    const framer = new SseFramer(20);
    for (let i = 0; i < 100; i += 1) expect(framer.push(bytes('data: 12345\n\n'))).toHaveLength(1);
  });

  test.each([
    ['one line', (size: number) => `data: ${'x'.repeat(size)}\n\n`],
    ['many lines', (size: number) => `${'data: x\n'.repeat(size / 8)}\n`],
  ])('a large event in small chunks is copied a few times only: %s', (_, make) => {
    const copied = (size: number): number => {
      const event = bytes(make(size));
      const chunks = Array.from({ length: Math.ceil(event.length / 64) }, (_unused, i) =>
        event.subarray(i * 64, (i + 1) * 64),
      );
      let found: SseEvent[] = [];
      const { total } = countCopies(() => {
        found = frame(chunks);
      });
      expect(found).toHaveLength(1);
      return total / event.length;
    };
    // Each byte: into the buffer, twice while it grows, out of it, and once for the joined lines.
    expect(copied(32_768)).toBeLessThan(7);
    expect(copied(524_288)).toBeLessThan(7);
  });

  // Comparing each line with each other one, as once was done, would take minutes.
  test('an event of very many lines is no more work for it', () => {
    const count = 400_000;
    const [event] = frame([bytes(`${'data: x\n: c\n'.repeat(count / 2)}\n`)]);
    expect(event?.data).toHaveLength(count - 1);
  });
});
