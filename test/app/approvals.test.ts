import { describe, expect, test } from 'vitest';

import { decideApproval, findApproval } from '../../src/app/approvals.ts';
import type { Approval } from '../../src/core/approvals/approval.ts';
import type { ApprovalSource } from '../../src/core/approvals/source.ts';

const FIRST = 'apr_3f2a9c01d4e5b6a7c8d9';
const SECOND = 'apr_3f2b9c01d4e5b6a7c8d9';
const AT_HUB = 'apr_77aa9c01d4e5b6a7c8d9';

function approval(id: string): Approval {
  const terms = { approvals: 1, groups: [], self: true, expiresMs: 1 };
  return {
    id,
    binding: '',
    session: 's',
    connection: 'db',
    method: 'tools/call',
    tool: 'query',
    subject: 'jo',
    presented: '{}',
    findings: [],
    restores: [],
    rule: 'r',
    reason: '',
    risk: 'high',
    policy: 'p',
    terms,
    expiresAt: 1,
    createdAt: 0,
    decisions: [],
  };
}

function source(name: string, ids: readonly string[], asked: string[] = []): ApprovalSource {
  const all = ids.map((id) => ({ approval: approval(id), at: name, url: undefined }));
  return {
    name,
    list: async () => all.map((one) => ({ ...one, isShort: true })),
    find: async (id) => {
      asked.push(id);
      return all.find((one) => one.approval.id === id);
    },
    decide: async (id) => all.find((one) => one.approval.id === id)?.approval,
    listen: async () => ({ close: () => undefined }),
    close: () => undefined,
  };
}

async function* places(...sources: ApprovalSource[]) {
  yield* sources;
}

const here = (): ApprovalSource => source('this device', [FIRST, SECOND]);
const hub = (): ApprovalSource => source('hub', [AT_HUB]);

describe('an approval is named', () => {
  test.each([AT_HUB, 'apr_77', '77aa'])('by its id or how that begins, wherever it is: %s', async (id) => {
    const found = await findApproval(places(here(), hub()), id);
    expect(found.approval.id).toBe(AT_HUB);
    // All of it, as by its whole id.
    expect(found.isShort).toBeUndefined();
  });

  test('by more of it where several begin alike, each of which is told', async () => {
    await expect(findApproval(places(here(), hub()), 'apr_3f2')).rejects.toMatchObject({
      code: 'ERR_NO_SUCH_APPROVAL',
      message: '2 approvals begin with apr_3f2',
      hint: `Name one of them: ${FIRST} (query on db), ${SECOND} (query on db).`,
    });
    expect((await findApproval(places(here(), hub()), '3f2b')).approval.id).toBe(SECOND);
  });

  test.each(['apr_00', 'apr_', 'f2a9', `${FIRST}0`])('by nothing else: %s', async (id) => {
    await expect(findApproval(places(here(), hub()), id)).rejects.toMatchObject({
      message: `there is no approval ${id}`,
    });
  });

  test('whole, without a look at all others', async () => {
    const asked: string[] = [];
    await findApproval(places(source('this device', [FIRST], asked), hub()), FIRST);
    expect(asked).toEqual([FIRST]);
  });

  test('for who decides it, too', async () => {
    const word = { verdict: 'deny', reason: '' } as const;
    expect((await decideApproval(places(here()), '3f2a', word)).approval.id).toBe(FIRST);
    await expect(decideApproval(places(here()), '3f2', word)).rejects.toMatchObject({
      code: 'ERR_NO_SUCH_APPROVAL',
    });
  });
});
