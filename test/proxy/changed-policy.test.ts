import { expect, test } from 'vitest';

import { shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../src/core/policy/live-policy.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';

const under = (name: 'approve' | 'locked'): PolicyInForce => ({
  policy: createPolicy([shippedPolicy(name)]),
  masking: undefined,
  central: undefined,
});

test('a call that was approved under a policy that is no longer in force does not go on', async () => {
  const approvals = new MemoryApprovals();
  const policy = new LivePolicy(under('approve'), () => 0);
  const book = new Playbook({ policy, approvals });
  void book.start();
  const params = { name: 'query', arguments: { sql: 'DROP TABLE users' } };
  await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  await approvals.askedFor();
  policy.use(under('locked'));
  approvals.say('approve');
  await book.clientGetsSoon({
    jsonrpc: '2.0',
    id: 1,
    error: { code: 47_003, message: expect.stringContaining('the policy has changed') as string },
  });
  expect(book.order).not.toContain('to server');
  expect(approvals.stateOf(0)).toBe('approved');
});
