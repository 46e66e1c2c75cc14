import { setTimeout as delay } from 'node:timers/promises';

import type { ApprovalSource, ListedApproval } from '../core/approvals/source.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Answer } from './ask.ts';
import { parse } from './hub-answers.ts';
import { approvalOf, page, type Told, told } from './hub-approval-answers.ts';
import type { Asking } from './hub-approvals.ts';

/** The approvals of a hub, own ones and those that one may decide: to be looked at. They are decided in a browser. */
export function hubApprovalSource(hub: Asking): ApprovalSource {
  return {
    name: hub.origin,
    list: async ({ all = false } = {}) => {
      const { approvals } = parse(page, await hub.ask('/approvals'), hub.origin);
      const wanted = all
        ? approvals
        : approvals.filter(({ state: at }) => at === 'pending' || at === 'approved');
      return wanted.toReversed().map((one) => listed(one, hub, true));
    },
    find: async (id) => {
      const answer = await hub.ask(`/approvals/${encodeURIComponent(id)}`);
      return answer.status === 404 ? undefined : listed(parse(told, answer, hub.origin), hub);
    },
    listen: async (onChange) => {
      const ended = new AbortController();
      void follow(hub, onChange, ended.signal);
      return { close: () => ended.abort() };
    },
    close: () => undefined,
  };
}

// The address is made here: what a hub says may end in a browser.
function listed(one: Told, { origin }: Asking, isShort = false): ListedApproval {
  const approval = approvalOf(one);
  return { approval, at: origin, url: new URL(`/approvals/${approval.id}`, origin).href, isShort };
}

// Asks what there is besides what is known, which the hub answers when there is something. What goes wrong shows when who
// is called back looks.
async function follow(hub: Asking, onChange: () => void, signal: AbortSignal): Promise<void> {
  let known: string | undefined;
  let pause: number = LIMITS.approvalRetryFirstMs;
  while (!signal.aborted) {
    const answer = await heard(hub, known, signal);
    if (signal.aborted) return;
    if (answer?.status !== 304) onChange();
    known = answer?.etag;
    if (known !== undefined) pause = LIMITS.approvalRetryFirstMs;
    else {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(pause * 2, LIMITS.approvalRetryMs);
    }
  }
}

async function heard(
  hub: Asking,
  known: string | undefined,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const wait = LIMITS.approvalWaitMs;
  try {
    return await hub.ask(`/approvals?wait=${wait / 1000}`, {
      patience: wait + LIMITS.hubRequestMs,
      signal,
      ...(known !== undefined && { known }),
    });
  } catch (error) {
    if (error instanceof HallpassError) return undefined;
    throw error;
  }
}
