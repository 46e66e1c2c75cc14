import { expect, test } from 'vitest';

import { TaskTools } from '../../../src/core/jsonrpc/task-tools.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const answer = (result: unknown): Uint8Array =>
  Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));

test('a task is of the tool whose call became it, for who made the call', () => {
  const tasks = new TaskTools();
  tasks.learn('me', 'find', answer({ task: { taskId: 'a' } }));
  expect([tasks.toolOf('me', 'a'), tasks.toolOf('you', 'a'), tasks.toolOf('me', 'b')]).toEqual([
    'find',
    undefined,
    undefined,
  ]);
});

test('an id that is longer than any is not kept', () => {
  const tasks = new TaskTools();
  const taskId = 'a'.repeat(LIMITS.taskIdChars + 1);
  tasks.learn('me', 'find', answer({ task: { taskId } }));
  expect(tasks.toolOf('me', taskId)).toBeUndefined();
});

test.each([[{ taskId: 'a' }], ['taskId'], [{ task: 'taskId' }], [{ task: { taskId: 1 } }]])(
  '%j is no task',
  (result) => {
    const tasks = new TaskTools();
    tasks.learn('me', 'find', answer(result));
    expect(tasks.toolOf('me', 'a')).toBeUndefined();
  },
);

test('the oldest is forgotten', () => {
  const tasks = new TaskTools();
  for (let i = 0; i <= LIMITS.taskTools; i += 1)
    tasks.learn('me', 'find', answer({ task: { taskId: `t${i}` } }));
  expect([tasks.toolOf('me', 't0'), tasks.toolOf('me', 't1')]).toEqual([undefined, 'find']);
});
