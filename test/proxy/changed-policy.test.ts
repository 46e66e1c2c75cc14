import { expect, test } from 'vitest';

import { parsePolicy, shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../src/core/policy/live-policy.ts';
import { centralRules } from '../app/policy/central-fixtures.ts';
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

test('a message is masked by the rules that it came under, the next one by those that are in force then', async () => {
  const rules = centralRules('EMP-[0-9]{6}');
  const paused: string[] = [];
  let change = (): void => undefined;
  const book = new Playbook({
    withMasker: (masker) => {
      masker.use(rules);
      change = () => masker.use(undefined);
    },
    pace: {
      bytes: 256,
      pause: async () => {
        paused.push('paused');
        change();
      },
    },
  });
  void book.start();
  const message = (words: string) => ({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { data: words },
  });
  await book.clientSays(message('of EMP-123456 and EMP-654321; '.repeat(100)));
  expect(paused).not.toEqual([]);
  const first = book.lastToServer();
  expect(first).toContain('hpm_central_r0_');
  expect(first).not.toContain('EMP-');
  await book.clientSays(message('of EMP-123456'));
  expect(book.lastToServer()).toContain('of EMP-123456');
});

test('a policy sees the severity that a masking rule gives what it finds', async () => {
  const when = `'findings.exists(f, f.rule == "central_r0" && f.severity == "low") && severity == "low"'`;
  const text = `version: 1\nrules: [{ id: low, when: ${when}, verdict: deny, reason: Only that. }]\n`;
  const rules = { ...centralRules('EMP-[0-9]{6}'), severities: new Map([['central_r0', 'low' as const]]) };
  const policy = createPolicy([parsePolicy(text, 'policy.yaml', 'user')]);
  const book = new Playbook({ policy, withMasker: (masker) => masker.use(rules) });
  void book.start();
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
  await book.clientSays({ ...call, params: { name: 'query', arguments: { who: 'EMP-123456' } } });
  expect(book.lastToClient()).toContain('Only that.');
});
