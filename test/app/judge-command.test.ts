import { expect, test } from 'vitest';

import { judgeCommand, type JudgeDeps } from '../../src/app/judge-command.ts';
import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { placeOf } from '../../src/core/policy/baseline.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../src/core/policy/live-policy.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';

const HOLD = 'version: 1\nrules: [{ id: all, verdict: hold }]\n';
const asked = { words: ['deploy'], masked: ['deploy'] };

function inForce(text: string, expiresAt = Infinity): PolicyInForce {
  const policy = createPolicy([parsePolicy(text, 'policy.yaml', 'user')]);
  return { policy, masking: undefined, central: { hub: 'h', digest: 'd', expiresAt } };
}

function judging(policy: LivePolicy, approvals: MemoryApprovals, recorded: RecordBody[] = []): Promise<void> {
  const { principal } = placeOf('run');
  const deps: JudgeDeps = {
    policy,
    principal,
    approvals,
    key: new Uint8Array(32),
    session: 's',
    record: (body) => void recorded.push(body),
    mask: (text) => text,
    note: () => undefined,
    now: Date.now,
    signal: new AbortController().signal,
  };
  return judgeCommand(asked, deps);
}

test.each([
  ['by one that holds it, too', inForce(`${HOLD}name: other\n`), /policy has changed/],
  ['by one that has run out', inForce(HOLD, 0), /has run out/],
])('what was approved is not run when its policy was replaced %s', async (_case, next, why) => {
  const approvals = new MemoryApprovals();
  const policy = new LivePolicy(inForce(HOLD), () => 1);
  const recorded: RecordBody[] = [];
  const judged = judging(policy, approvals, recorded);
  await approvals.askedFor();
  policy.use(next);
  approvals.say('approve');
  await expect(judged).rejects.toMatchObject({
    code: 'ERR_DENIED',
    message: expect.stringMatching(why) as string,
  });
  expect(approvals.stateOf(0)).toBe('approved');
  expect(recorded.map(({ kind }) => kind)).toEqual(['hold', 'refused']);
});
