import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { clipped } from '../../../src/core/session/clipped.ts';
import { countEvent, NO_COUNTS } from '../../../src/core/session/counts.ts';
import type { Event, FindingRecord, MessageBody } from '../../../src/core/session/event.ts';
import { eventText } from '../../../src/core/session/event-text.ts';
import { parseLine } from '../../../src/core/session/line.ts';

const finding: FindingRecord = { rule: 'known', at: '/a', placeholder: 'hpm_known_x', why: 'w'.repeat(200) };
const body: MessageBody = {
  kind: 'message',
  direction: 'to_client',
  findings: [],
  verdict: { outcome: 'allow', rule: 'guard', reason: 'nothing' },
};

test('the worst that a peer can do stays below the limit of a line, and every finding is counted', () => {
  const worst = { ...finding, at: '\u0001'.repeat(20_000) };
  const findings = Array.from({ length: 140_000 }, () => worst);
  const recorded = clipped({ ...body, findings });
  const event = { ...recorded, seq: 1, time: 1, mono: 1 } as Event;
  const line = eventText(event);
  expect(Buffer.byteLength(line)).toBeLessThan(LIMITS.eventBytes);
  expect(parseLine(Buffer.from(line))).toEqual(event);
  expect(countEvent(NO_COUNTS, event).findings).toBe(140_000);
});

test('of the other kinds too', () => {
  const findings = Array.from({ length: 2_500 }, () => finding);
  for (const other of [
    { kind: 'stderr', findings } as const,
    { kind: 'refused', direction: 'to_server', reason: 'r', findings } as const,
  ])
    expect(clipped(other)).toMatchObject({ unlisted: 500 });
});

test('what was let pass is cut and counted in the same way', () => {
  const excepted = Array.from({ length: 2_500 }, () => ({
    rule: 'r',
    at: '\u0001'.repeat(2_000),
    placeholder: 'p',
  }));
  for (const other of [
    { ...body, excepted },
    { kind: 'stderr', findings: [], excepted } as const,
    { kind: 'output', stream: 'stdout', findings: [], excepted } as const,
  ]) {
    const event = { ...clipped(other), seq: 1, time: 1, mono: 1 } as Event;
    expect(event).toMatchObject({ unlisted_excepted: 2_300 });
    const line = eventText(event);
    // Besides all findings that there can be.
    expect(Buffer.byteLength(line)).toBeLessThan(LIMITS.eventBytes / 8);
    expect(parseLine(Buffer.from(line))).toEqual(event);
  }
});

test('an ordinary event stays as it is', () => {
  const ordinary = { ...body, method: 'tools/call', findings: [finding] };
  expect(clipped(ordinary)).toEqual(ordinary);
});
