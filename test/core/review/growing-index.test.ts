import fc from 'fast-check';
import { expect, test } from 'vitest';

import { GrowingIndex } from '../../../src/core/review/growing-index.ts';
import { LogWalk } from '../../../src/core/session/log-walk.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { passed, readerOf, ReviewLog, rowsOf } from '../../helpers/review-log.ts';

const finding = { rule: 'x', at: '/a', placeholder: 'hpm_x', why: 'shape' };

function session(): ReviewLog {
  return new ReviewLog([
    { body: passed({ method: 'initialize', id: '1' }), payload: 'one' },
    { body: passed({ method: 'tools/call', id: '2', tool: 'lire_é', findings: [finding] }), payload: '' },
    { body: passed({ direction: 'to_client', id: '1' }), payload: 'x'.repeat(300) },
    { body: { kind: 'stderr', findings: [] }, payload: 'warning\n' },
    { body: passed({ direction: 'to_client', id: '2', unlisted: 2 }), payload: 'two' },
    { body: { kind: 'refused', direction: 'to_server', reason: 'broken', times: 3 } },
  ]).end();
}

/** All that an index can be asked. */
function told(index: GrowingIndex): object {
  const seqs = Array.from({ length: index.events }, (_, seq) => seq);
  const { start, end, problem, totals, duration } = index;
  return {
    of: { start, end, totals, duration },
    problem,
    rows: rowsOf(index),
    events: seqs.map((seq) => [index.event(seq), index.lineAt(seq), index.payloadAt(seq), index.rowOf(seq)]),
    found: ['TOOLS', 'lire', 'stderr', 'call', ''].map((text) => index.rowsWith(text)),
    next: seqs.map((seq) => [index.nextFinding(seq), index.nextFinding(seq, true), index.seqAt(1_000 * seq)]),
  };
}

test('however a log grows, its index is the same in the end', () => {
  const whole = session();
  const expected = JSON.stringify(told(whole.index()));
  for (const [first] of everyCut(whole.log)) {
    const index = new GrowingIndex(whole.readPayloads);
    let log = Buffer.from(first);
    const reader = readerOf(() => log, 300);
    while (reader.readPiece(index));
    expect(index.events).toBe(log.toString().split('\n').length - 1);
    log = whole.log;
    while (reader.readPiece(index));
    expect(JSON.stringify(told(index))).toBe(expected);
  }
});

test('rows, findings and times can be asked for in any order', () => {
  const index = session().index();
  expect(rowsOf(index).map(({ kind }) => kind)).toEqual([
    'start',
    'call',
    'call',
    'stderr',
    'refused',
    'end',
  ]);
  expect(index.totals).toEqual({ findings: 3, refused: 3, holds: 0 });
  expect([
    index.nextFinding(-1),
    index.nextFinding(2),
    index.nextFinding(6, true),
    index.nextFinding(2, true),
  ]).toEqual([2, undefined, 2, undefined]);
  expect([-1, 0, 999, 2_500, 1e9].map((mono) => index.seqAt(mono))).toEqual([-1, 0, 0, 2, 7]);
  expect(index.rowsWith('LIRE_É')).toEqual([2]);
  expect(index.rowsWith('nothing like it')).toEqual([]);
  expect(index.payloadAt(3)).toEqual({ offset: 24 + 3 + 24, size: 300 });
  expect(index.payloadAt(6)).toBe(undefined);
  expect(index.end?.reason).toBe('client closed');
  expect(() => index.event(8)).toThrow(RangeError);
  expect(() => index.row(6)).toThrow(RangeError);
});

/** The lines of a log as they are, and each of many ways in which somebody may have changed them. */
const mischief = fc.record({
  at: fc.nat(7),
  how: fc.constantFrom('drop', 'twice', 'swap', 'byte', 'cut', 'junk'),
  byte: fc.nat(255),
  where: fc.nat(500),
});

function changed(
  lines: readonly Buffer[],
  { at, how, byte, where }: { at: number; how: string; byte: number; where: number },
): Buffer[] {
  const line = Buffer.from(lines[at] ?? '');
  if (how === 'byte') line[where % line.length] = byte;
  const replaced = {
    drop: [],
    twice: [line, line],
    swap: [lines[at + 1] ?? line, line],
    byte: [line],
    cut: [line.subarray(0, where % line.length)],
    junk: [line, Buffer.from([byte, 0, byte])],
  }[how];
  return [...lines.slice(0, at), ...(replaced ?? []), ...lines.slice(how === 'swap' ? at + 2 : at + 1)];
}

test('a log is believed up to the very line where verifying stops to believe it', () => {
  const { lines } = session();
  fc.assert(
    fc.property(mischief, (what) => {
      const walk = new LogWalk();
      const index = new GrowingIndex();
      let offset = 0;
      let believed = 0;
      for (const line of changed(lines, what)) {
        if (walk.step(line) !== undefined) believed += 1;
        index.append(line, offset);
        offset += line.length + 1;
      }
      expect([index.events, index.problem]).toEqual([believed, walk.problem]);
    }),
    { numRuns: 500 },
  );
});

test('a recovery can hand the seal to no lesser key', () => {
  const recovered = { kind: 'recovered', cut_bytes: 0, cut_payload_bytes: 0, lost_payloads: 0 } as const;
  const log = new ReviewLog().add({
    body: { ...recovered, signer: { kind: 'ephemeral', key: 'SHA256:xyz' } },
  });
  expect(log.index().problem).toBe('line 2 hands the seal to a lesser key');
});

test.each([
  ['nothing', ''],
  ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a line of blanks', ' '.repeat(1_000_000)],
  [
    'a message that is never closed',
    `{"direction":"to_client","findings":[${'{"at":"","placeholder":"","rule":"","why":""},'.repeat(20_000)}`,
  ],
  ['a prototype', '{"__proto__":{"kind":"start"},"kind":"constructor"}'],
  ['numbers beyond all numbers', '{"kind":"start","seq":1e999}'],
])('%s is no event, and nothing breaks', (_, line) => {
  const index = session().index();
  const before = told(index);
  index.append(Buffer.from(line), 5_000);
  expect(index.problem).toBe('line 9 is not a canonical event');
  expect({ ...told(index), problem: undefined }).toEqual(before);
});

test('a line that is longer than any of ours ends the log', () => {
  const index = new GrowingIndex();
  const log = Buffer.concat([session().log, Buffer.alloc(17 * 1024 * 1024, 'x')]);
  const reader = readerOf(() => log);
  while (reader.readPiece(index));
  expect(index.problem).toBe('line 9 is longer than any of ours');
});

test('payloads are found behind one that was removed, also when it is removed later', () => {
  const records = [
    { body: passed(), payload: 'first' },
    { body: passed(), payload: 'second', isRemoved: true },
    { body: passed(), payload: 'third' },
  ];
  const removed = new ReviewLog(records);
  const whole = new ReviewLog(records.map(({ body, payload }) => ({ body, payload })));
  expect(removed.index().payloadAt(3)).toEqual({ offset: 24 + 5 + 24, size: 5 });
  expect(removed.index().payloadAt(2)).toEqual({ offset: 24 + 5, size: 0 });
  let { sidecar } = whole;
  const index = new GrowingIndex((offset, length) => sidecar.subarray(offset, offset + length));
  for (const line of whole.lines) index.append(line, 0);
  expect(index.payloadAt(3)).toEqual({ offset: 24 + 5 + 24 + 6, size: 5 });
  ({ sidecar } = removed);
  index.findPayloadsAnew();
  expect(index.payloadAt(3)).toEqual({ offset: 24 + 5 + 24, size: 5 });
});

test('behind a payload of another size nobody knows whose the bytes are', () => {
  const log = new ReviewLog([
    { body: passed(), payload: 'first' },
    { body: passed(), payload: 'second' },
    { body: passed(), payload: 'third' },
  ]);
  log.sidecar.writeUInt32BE(7, 24 + 5 + 4);
  const index = log.index();
  expect([1, 2, 3].map((seq) => index.payloadAt(seq)?.offset)).toEqual([0, undefined, undefined]);
  expect(index.event(3).payloadBytes).toBe(5);
});

test('a million names cost no more than what is shown of them', () => {
  const log = new ReviewLog([{ body: passed({ method: 'm'.repeat(4_000), id: '1' }) }]);
  expect(log.index().row(1).label).toBe('m'.repeat(256));
});
