import { expect, test } from 'vitest';

import { parsePolicy, shippedPolicy } from '../../src/app/policy/policy-file.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook } from '../helpers/playbook.ts';

const NO_SHELL = 'version: 1\nrules: [{ id: no-shell, on: { tool: "*shell" }, verdict: deny }]';

const list = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' });
const listed = (id: number, ...names: string[]) => ({
  jsonrpc: '2.0',
  id,
  result: { tools: names.map((name) => ({ name })) },
});

test('that tools are hidden is said once, and again when others are', async () => {
  const book = new Playbook({ policy: createPolicy([parsePolicy(NO_SHELL, 'p.yaml', 'user')]) });
  void book.start();
  for (const id of [1, 2, 3]) {
    await book.clientSays(list(id));
    await book.serverSays(listed(id, 'shell', 'query'));
    book.clientGets(listed(id, 'query'));
  }
  const said = '1 of 2 tools are hidden: the policy denies them';
  expect(book.notes).toEqual([said]);
  await book.clientSays(list(4));
  await book.serverSays(listed(4, 'bigshell', 'query'));
  book.clientGets(listed(4, 'query'));
  expect(book.notes).toEqual([said, said]);
});

test('held because a finding is severe: a token in an argument is masked, and who decides sees where it is', async () => {
  const text =
    'version: 1\nrules: [{ id: severe, on: { direction: to_server }, when: severity == "high", verdict: hold }]';
  const approvals = new MemoryApprovals();
  const policy = createPolicy([parsePolicy(text, 'p.yaml', 'user')]);
  const book = new Playbook({ policy, approvals });
  void book.start();
  const token = `ghp_${'aB3d'.repeat(9)}`;
  const params = { name: 'push', arguments: { token } };
  await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  await approvals.askedFor();
  expect(JSON.stringify(approvals.asked)).not.toContain(token);
  expect(approvals.asked[0]).toMatchObject({
    rule: 'user/severe',
    findings: [{ at: '/params/arguments/token' }],
  });
});

test.each(['env', 'cat .env', 'kubectl get secret db'])(
  'under locked %s is refused, and the server never sees it',
  async (command) => {
    const book = new Playbook({ policy: createPolicy([shippedPolicy('locked')]) });
    void book.start();
    const params = { name: 'shell', arguments: { command } };
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    book.clientGets({
      id: 1,
      error: { message: expect.stringContaining('locked/reads-secrets') as string },
    });
    expect(book.order).not.toContain('to server');
  },
);
