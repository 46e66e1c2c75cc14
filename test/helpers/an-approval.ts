import type { Approval } from '../../src/core/approvals/approval.ts';

/** A pending approval of an ordinary call. */
export function anApproval(more: Partial<Approval> = {}): Approval {
  return {
    id: 'apr_1',
    binding: '00',
    session: 's1',
    connection: 'db',
    method: 'tools/call',
    tool: 'query',
    subject: 'jo',
    presented: '{"name":"query","arguments":{"sql":"DROP TABLE customers"}}',
    findings: [],
    restores: [],
    rule: 'approve/destructive',
    reason: 'It may destroy something.',
    risk: 'medium',
    terms: { approvals: 1, groups: [], self: true, expiresMs: 600_000 },
    policy: 'approve@1',
    createdAt: 0,
    expiresAt: 600_000,
    decisions: [],
    ...more,
  };
}
