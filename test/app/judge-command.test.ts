import { expect, test } from 'vitest';

import { type AskedCommand, judgeCommand, type JudgeDeps } from '../../src/app/judge-command.ts';
import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { placeOf } from '../../src/core/policy/baseline.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { LivePolicy, type PolicyInForce } from '../../src/core/policy/live-policy.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';

const HOLD = 'version: 1\nrules: [{ id: all, verdict: hold }]\n';
const DEPLOY: AskedCommand = { words: ['deploy'], masked: ['deploy'] };

function inForce(text: string, expiresAt = Infinity): PolicyInForce {
  const policy = createPolicy([parsePolicy(text, 'policy.yaml', 'user')]);
  return { policy, masking: undefined, central: { hub: 'h', digest: 'd', expiresAt } };
}

function judging(
  policy: LivePolicy,
  approvals: MemoryApprovals,
  recorded: RecordBody[] = [],
  asked = DEPLOY,
): Promise<void> {
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

/** What becomes of a command under a policy: it is run, held, or refused by a rule. */
async function outcome(words: string[], policy: string): Promise<string> {
  const approvals = new MemoryApprovals();
  const judged = judging(new LivePolicy(inForce(policy), () => 1), approvals, [], { words, masked: words });
  return Promise.race([
    approvals.askedFor().then(() => 'held'),
    judged.then(
      () => 'run',
      (error: unknown) => String(error),
    ),
  ]);
}

const under = (shipped: string): string => `version: 1\nextends: ${shipped}\n`;

test.each([
  ['rm', '-rf', 'build'],
  ['/bin/sh', '-c', 'cd /tmp && rm -rf build'],
  ['psql', '-c', 'DROP TABLE orders'],
])('what destroys something is held under approve, as a call of a tool is: %s', async (...words) => {
  expect(await outcome(words, under('approve'))).toBe('held');
});

test('what destroys nothing is not', async () => {
  expect(await outcome(['npm', 'test'], under('approve'))).toBe('run');
});

test.each([['env'], ['cat', '.env'], ['kubectl', 'get', 'secret', 'db']])(
  'what asks for secrets is refused under locked: %s',
  async (...words) => {
    expect(await outcome(words, under('locked'))).toContain('locked/reads-secrets');
  },
);

test('a condition reads the words, and each of them', async () => {
  const when = 'args.command == "deploy --to prod" && args.argv[2] == "prod" && args.argv.size() == 3';
  const policy = `version: 1\nrules: [{ id: prod, when: '${when}', verdict: hold }]\n`;
  expect(await outcome(['deploy', '--to', 'prod'], policy)).toBe('held');
  expect(await outcome(['deploy', '--to', 'test'], policy)).toBe('run');
});
