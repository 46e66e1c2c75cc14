import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { countEvent, NO_COUNTS } from '../../../src/core/session/counts.ts';
import type { RefusedBody } from '../../../src/core/session/event.ts';
import { Refusals } from '../../../src/core/session/refusals.ts';

function recorder() {
  const events: RefusedBody[] = [];
  const refusals = new Refusals((body) => events.push(body));
  const add = (reason: string, count = 1): void => {
    for (let n = 0; n < count; n += 1) refusals.add({ kind: 'refused', direction: 'to_server', reason });
  };
  const counted = (): number =>
    events.reduce((counts, event) => countEvent(counts, event), NO_COUNTS).refused;
  return { events, refusals, add, counted };
}

test('few refusals are recorded one by one, with what else is known of them', () => {
  const { events, refusals, add } = recorder();
  add('one', 3);
  refusals.add({ kind: 'refused', direction: 'to_client', reason: 'two', method: 'x' });
  refusals.end();
  expect(events.map(({ reason }) => reason)).toEqual(['one', 'one', 'one', 'two']);
  expect(events.at(-1)?.method).toBe('x');
  expect(events.some((event) => 'times' in event)).toBe(false);
});

describe('a flood', () => {
  test('of a million is a hundred events and few more, and none is left out of the count', () => {
    const { events, refusals, add, counted } = recorder();
    add('the Host header names another server', 1_000_000);
    expect(events.length).toBeLessThan(LIMITS.refusalsListed + 20);
    refusals.end();
    expect(counted()).toBe(1_000_000);
    expect(events.at(-1)).toMatchObject({ kind: 'refused', reason: 'the Host header names another server' });
  });

  test('for one reason hides nothing that is refused for another, or on the other way', () => {
    const { events, refusals, add } = recorder();
    add('one', 10_000);
    add('two');
    refusals.add({ kind: 'refused', direction: 'to_client', reason: 'one' });
    expect(events.slice(-2)).toEqual([
      { kind: 'refused', direction: 'to_server', reason: 'two' },
      { kind: 'refused', direction: 'to_client', reason: 'one' },
    ]);
  });

  test('of reasons that differ in a number is one', () => {
    const { events, add } = recorder();
    for (let n = 0; n < 10_000; n += 1) add(`a message of ${n} bytes is over the limit`);
    expect(events.length).toBeLessThan(LIMITS.refusalsListed + 20);
  });

  test('of ever new reasons is bounded, too', () => {
    const { events, refusals, add, counted } = recorder();
    for (let n = 0; n < 100_000; n += 1)
      add(`because ${n.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')}`);
    expect(events.length).toBeLessThan(2 * LIMITS.refusalReasons + LIMITS.refusalsListed);
    refusals.end();
    expect(counted()).toBe(100_000);
  });
});
