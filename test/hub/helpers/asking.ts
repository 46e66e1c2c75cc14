import { randomBytes } from 'node:crypto';

import type { HubCalls } from './hub-calls.ts';

/** An approval as the hub tells of it. */
export interface ToldApproval {
  readonly approval: string;
  readonly state: string;
  readonly url: string;
  readonly subject: string;
  readonly expires_at: number;
  readonly terms: { readonly approvals: number; readonly self: boolean };
  readonly decisions: readonly { readonly by: string; readonly verdict: string; readonly reason: string }[];
}

/** A body of `POST /approvals`. */
export function question(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    binding: randomBytes(32).toString('hex'),
    session: 'k7v2n4q8w1x5',
    connection: 'prod-db',
    method: 'tools/call',
    tool: 'execute_sql',
    presented: '{"name":"execute_sql","arguments":{"sql":"DROP TABLE users"}}',
    findings: [],
    restores: [],
    rule: 'approve/destructive',
    reason: 'Statements that drop things wait for a person.',
    risk: 'high',
    terms: { approvals: 1, groups: [], self: false, expires_in: 600 },
    policy: 'approve@1',
    ...change,
  };
}

/** Asks; throws unless that worked. */
export async function ask(
  hub: HubCalls,
  token: string,
  change: Readonly<Record<string, unknown>> = {},
): Promise<ToldApproval> {
  const answer = await hub.post('/approvals', token, question(change));
  if (!answer.ok) throw new Error(`not asked: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as ToldApproval;
}

export async function look(hub: HubCalls, token: string, id: string, wait = 0): Promise<ToldApproval> {
  const answer = await hub.get(`/approvals/${id}?wait=${wait}`, token);
  if (!answer.ok) throw new Error(`not told: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as ToldApproval;
}
