import type { HubConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { Courier, type CourierDeps } from '../webhooks/courier.ts';
import { messagesOf, openWebhooks } from '../webhooks/webhooks.ts';
import { ApprovalDesk, type ApprovalEvent } from './approval-desk.ts';
import { Bell } from './bell.ts';

/**
 * Approvals, with who is told of them.
 *
 * @throws {HallpassError} ERR_CONFIG for a webhook whose files can't be used
 */
export async function openApprovals(input: {
  config: HubConfig;
  deps: Pick<CourierDeps, 'now' | 'onNotice' | 'onTrouble'> & {
    readonly readFile: (path: string) => Buffer | undefined;
    readonly webhookFetch: CourierDeps['fetchFor'];
  };
  database: Database;
  hub: string;
}): Promise<{ desk: ApprovalDesk; close: () => Promise<void> }> {
  const { config, deps, database, hub } = input;
  const { now, onNotice, onTrouble } = deps;
  const webhooks = openWebhooks(config.webhooks, deps.readFile);
  await database.outbox.keepOnly(webhooks.map(({ name }) => name));
  const delivery = { outbox: database.outbox, fetchFor: deps.webhookFetch, now, onNotice, onTrouble };
  const couriers = webhooks.map((webhook) => new Courier(webhook, delivery));
  const bell = new Bell();
  const desk = new ApprovalDesk({
    approvals: database.approvals,
    approvers: config.approvers,
    now,
    attended: config.identity !== 'development',
    messagesFor: (event) => messagesOf(webhooks, event, hub),
    onEvent: (event) => {
      noteLoudly(event, onNotice);
      for (const courier of couriers) courier.wake();
    },
    bell,
  });
  // What the last run of this hub could not deliver.
  for (const courier of couriers) courier.wake();
  const close = async (): Promise<void> => {
    bell.close();
    await Promise.all(couriers.map((courier) => courier.close()));
  };
  return { desk, close };
}

function noteLoudly({ type, approval, decision }: ApprovalEvent, onNotice: (line: string) => void): void {
  if (type !== 'approval.break_glass' || decision === undefined) return;
  const { id, tool, method, subject, connection } = approval;
  const what = `${tool || method} of ${subject} on ${connection}`;
  onNotice(`BREAK GLASS: ${decision.by} approved ${id} (${what}): ${decision.reason}`);
}
