import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonical } from '../../../src/core/session/canonical.ts';
import type { Event } from '../../../src/core/session/event.ts';
import { eventText } from '../../../src/core/session/event-text.ts';

const text = fc.string({ unit: 'binary' });
const integer = fc.maxSafeNat();
const message = fc.record(
  {
    // Not in the order of their names.
    kind: fc.constant('message' as const),
    direction: fc.constantFrom('to_server', 'to_client'),
    verdict: fc.record({ rule: text, outcome: fc.constantFrom('allow', 'deny', 'hold'), reason: text }),
    findings: fc.array(fc.record({ rule: text, at: text, placeholder: text, why: text }), { maxLength: 3 }),
    time: integer,
    seq: integer,
    mono: integer,
    tool: text,
    method: text,
    id: text,
    unchecked: fc.constant(true as const),
    unlisted: integer,
    excepted: fc.array(fc.record({ rule: text, at: text, placeholder: text }), { maxLength: 3 }),
    unlisted_excepted: integer,
    returned: fc.array(text, { maxLength: 3 }),
    restored: fc.array(text, { maxLength: 3 }),
    waits: fc.constant(true as const),
    payload: fc.record({ size: integer, commit: text }),
  },
  { requiredKeys: ['kind', 'direction', 'verdict', 'findings', 'time', 'seq', 'mono'] },
);

test('a message is written as RFC 8785 has it, whatever it says', () => {
  fc.assert(
    fc.property(message, (event) => {
      expect(eventText(event)).toBe(canonical(event));
    }),
  );
});

test('so are lone surrogates, and text that only looks like one', () => {
  for (const tool of ['a\ud800b', '\udc00', '\\ud800', '😀']) {
    const event = { ...EVENT, tool };
    expect(eventText(event)).toBe(canonical(event));
  }
});

test('and other events', () => {
  const event: Event = { kind: 'stderr', findings: [], seq: 1, time: 2, mono: 3 };
  expect(eventText(event)).toBe('{"findings":[],"kind":"stderr","mono":3,"seq":1,"time":2}');
});

test.each([1.5, Number.NaN, 2 ** 53, -0])('a message with the number %d is refused', (number) => {
  for (const wrong of [
    { seq: number },
    { time: number },
    { mono: number },
    { payload: { size: number, commit: '' } },
  ])
    expect(() => eventText({ ...EVENT, ...wrong })).toThrow(RangeError);
});

const EVENT: Event = {
  kind: 'message',
  direction: 'to_client',
  verdict: { outcome: 'allow', reason: 'r', rule: 'guard' },
  findings: [],
  seq: 1,
  time: 2,
  mono: 3,
};
