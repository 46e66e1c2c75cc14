import { beforeEach, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { type QueuedEvent, SessionQueue } from '../../src/platform/session-queue.ts';

/** Begun, each with how to end it. */
let begun: { readonly size: number; readonly ended: PromiseWithResolvers<void> }[];
let queue: SessionQueue;

beforeEach(() => {
  begun = [];
  queue = new SessionQueue(({ parts }) => {
    const ended = Promise.withResolvers<void>();
    begun.push({ size: Buffer.concat(parts).length, ended });
    return ended.promise;
  });
});

function output(size: number, stream: 'stdout' | 'stderr' = 'stdout'): QueuedEvent {
  const body = { kind: 'output', stream, findings: [] } as const;
  return { body, parts: [Buffer.alloc(size)], moment: { time: 0, mono: 0 } };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
}

function sizes(): number[] {
  return begun.map(({ size }) => size);
}

test('output grows as long as each turn brings more, and is written after one that brought none', async () => {
  for (let count = 0; count < 5; count += 1) {
    void queue.add(output(10));
    await turn();
  }
  expect(sizes()).toEqual([]);
  await turn();
  expect(sizes()).toEqual([50]);
  expect(queue.isEmpty).toBe(false);
});

test('output that is large enough is written at once', () => {
  void queue.add(output(LIMITS.outputEventBytes));
  expect(sizes()).toEqual([LIMITS.outputEventBytes]);
});

test('one is written at a time, in the order they came, and what comes meanwhile waits', async () => {
  const recorded = [
    queue.add(output(LIMITS.outputEventBytes)),
    queue.add(output(1)),
    queue.add(output(2, 'stderr')),
    queue.add(output(3)),
  ];
  for (let count = 1; count <= 4; count += 1) {
    await turn();
    await turn();
    await turn();
    expect(sizes()).toEqual([LIMITS.outputEventBytes, 1, 2, 3].slice(0, count));
    begun.at(-1)?.ended.resolve();
  }
  await Promise.all(recorded);
  expect(queue.isEmpty).toBe(true);
});

test('what fails is told to whom it concerns, and is settled', async () => {
  const [first, second] = [queue.add(output(1)), queue.add(output(LIMITS.outputEventBytes, 'stderr'))];
  const settled = queue.settled();
  begun[0]?.ended.reject(new Error('full'));
  await expect(first).rejects.toThrow('full');
  begun[1]?.ended.resolve();
  await Promise.all([second, settled]);
});
