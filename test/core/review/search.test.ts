import fc from 'fast-check';
import { expect, test } from 'vitest';

import { searchSteps, type Wanted } from '../../../src/core/review/search.ts';
import { runWhole } from '../../../src/core/slices.ts';
import { type LogRecord, passed, ReviewLog } from '../../helpers/review-log.ts';

const PIECE = 64 * 1024;

function find(log: ReviewLog, wanted: Wanted): number | undefined {
  return runWhole(searchSteps(log.index(), { log: log.readLog, payloads: log.readPayloads }, wanted));
}

test('finds lines and payloads in any case, forwards from an event and backwards before it', () => {
  const log = new ReviewLog([
    { body: passed({ method: 'tools/call', id: '1', tool: 'Wetter' }), payload: 'Grüße aus KÖLN' },
    { body: passed({ direction: 'to_client', id: '1' }), payload: 'nothing' },
    { body: { kind: 'stderr', findings: [] }, payload: 'GRÜSSE, grüße' },
  ]);
  expect(find(log, { text: 'wETTER', from: 0 })).toBe(1);
  expect(find(log, { text: 'grüße', from: 0 })).toBe(1);
  expect(find(log, { text: 'GRÜßE', from: 2 })).toBe(3);
  expect(find(log, { text: 'köln', from: 2 })).toBe(undefined);
  expect(find(log, { text: 'köln', from: 2, backwards: true })).toBe(1);
  expect(find(log, { text: 'grüße', from: 3, backwards: true })).toBe(1);
  expect(find(log, { text: 'grüße', from: 4, backwards: true })).toBe(3);
  expect(find(log, { text: 'ada@', from: 0 })).toBe(0);
  expect([
    find(log, { text: '', from: 0 }),
    find(log, { text: 'a', from: 4 }),
    find(log, { text: 'a', from: 0, backwards: true }),
  ]).toEqual([undefined, undefined, undefined]);
});

test('finds what begins anywhere about the end of a piece', () => {
  // In capitals three bytes, in small letters two: what is read more than once is enough for either.
  for (const word of ['needle', 'ⱯⱯ', '€uro']) {
    const bytes = Buffer.from(word);
    for (let at = PIECE - bytes.length - 1; at <= PIECE + 1; at += 1) {
      const payload = Buffer.alloc(2 * PIECE, '.');
      bytes.copy(payload, at);
      const log = new ReviewLog([
        { body: passed(), payload: 'x' },
        { body: passed(), payload },
        { body: passed(), payload: 'y' },
      ]);
      expect(find(log, { text: word.toLowerCase(), from: 0 })).toBe(2);
    }
  }
});

test('what is put together of two payloads is none', () => {
  const log = new ReviewLog([
    { body: passed(), payload: 'nee' },
    { body: passed(), payload: 'dle' },
  ]);
  expect(find(log, { text: 'needle', from: 0 })).toBe(undefined);
  // The bytes between two payloads belong to neither.
  expect(find(log, { text: 'HPL1', from: 0 })).toBe(undefined);
});

test('finds what looking at each event finds', () => {
  const letters = fc.constantFrom('a', 'B', 'ab', 'ö', 'Ö', '-');
  const payload = fc.oneof(
    fc.array(letters, { maxLength: 4 }).map((found) => found.join('')),
    fc.constant(undefined),
  );
  const input = fc.record({
    payloads: fc.array(payload, { maxLength: 8 }),
    text: fc.array(letters, { minLength: 1, maxLength: 2 }).map((found) => found.join('')),
    from: fc.nat(9),
    backwards: fc.boolean(),
  });
  fc.assert(
    fc.property(input, ({ payloads, text, from, backwards }) => {
      const log = new ReviewLog(payloads.map((one): LogRecord => ({ body: passed(), payload: one })));
      const wanted = text.toLowerCase();
      const has = log.lines.map((line, seq) =>
        `${line.toString()}\n${payloads[seq - 1] ?? ''}`.toLowerCase().includes(wanted),
      );
      const seqs = has.flatMap((yes, seq) => (yes ? [seq] : []));
      const expected = backwards
        ? from <= log.lines.length
          ? seqs.findLast((seq) => seq < from)
          : undefined
        : seqs.find((seq) => seq >= from);
      expect(find(log, { text, from, backwards })).toBe(expected);
    }),
  );
});

test('long sessions are searched in pieces between which others have their turn', () => {
  const payload = Buffer.alloc(5 * PIECE, 'x');
  const log = new ReviewLog([{ body: passed(), payload }]);
  const steps = searchSteps(
    log.index(),
    { log: log.readLog, payloads: log.readPayloads },
    { text: 'nowhere', from: 0 },
  );
  expect([...steps].length).toBeGreaterThanOrEqual(5);
});
