import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { ApprovalAsk, ApprovalDecision, ApprovalState } from '../core/approvals/approval.ts';
import type { ApprovalPort, ApprovalTicket } from '../core/approvals/port.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Answer } from './ask.ts';
import { parse } from './hub-answers.ts';
import { decisionOf, type Said, told, used } from './hub-approval-answers.ts';
import type { HubClient } from './hub-client.ts';

/** The part of a hub client that approvals need. */
export type Asking = Pick<HubClient, 'ask' | 'origin'>;

/**
 * Approvals kept at a hub, where people decide them in a browser. Nothing on this device can: the hub takes no decision
 * from a token.
 */
export class HubApprovals implements ApprovalPort {
  readonly unattendedPossible: boolean;
  readonly #hub: Asking;

  /** At a development hub anybody can sign in as anybody. */
  constructor(hub: Asking, options: { development: boolean }) {
    this.#hub = hub;
    this.unattendedPossible = options.development;
  }

  async request(ask: ApprovalAsk): Promise<ApprovalTicket> {
    const answer = await this.#hub.ask('/approvals', { json: question(ask) });
    const { approval, url, state: first, decisions } = parse(told, answer, this.#hub.origin);
    return new HubTicket({ id: approval, url }, { hub: this.#hub, state: first, decisions });
  }
}

class HubTicket implements ApprovalTicket {
  readonly id: string;
  readonly url: string;
  readonly #hub: Asking;
  #state: ApprovalState;
  #said: readonly Said[];

  constructor(
    place: { readonly id: string; readonly url: string },
    known: { hub: Asking; state: ApprovalState; decisions: readonly Said[] },
  ) {
    this.id = place.id;
    this.url = place.url;
    this.#hub = known.hub;
    this.#state = known.state;
    this.#said = known.decisions;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<ApprovalState> {
    const end = performance.now() + ms;
    let pause: number = LIMITS.approvalRetryFirstMs;
    for (;;) {
      const left = end - performance.now();
      const isOver = left <= 0 || signal?.aborted === true;
      if (this.#state !== 'pending' || isOver) return this.#state;
      const heard = await this.#listen(left, signal);
      if (heard) pause = LIMITS.approvalRetryFirstMs;
      else {
        await pauseFor(Math.min(pause, Math.max(0, end - performance.now())), signal);
        pause = Math.min(pause * 2, LIMITS.approvalRetryMs);
      }
    }
  }

  /** Asked again where the answer was lost; the hub tells the same use from another. */
  async consume(): Promise<boolean> {
    const use = randomBytes(18).toString('base64url');
    const ask = (): Promise<Answer> => this.#hub.ask(`/approvals/${this.id}/consume`, { json: { use } });
    const answer = await ask().catch((error: unknown) => {
      if (!isPassing(error)) throw error;
      return ask();
    });
    const { consumed } = parse(used, answer, this.#hub.origin);
    if (consumed) this.#state = 'consumed';
    return consumed;
  }

  async cancel(): Promise<void> {
    try {
      this.#take(await this.#hub.ask(`/approvals/${this.id}/cancel`, { json: {} }));
    } catch (error) {
      // It runs out by itself.
      if (!(error instanceof HallpassError)) throw error;
    }
  }

  decisions(): readonly ApprovalDecision[] {
    return this.#said.map(decisionOf);
  }

  // False: the hub could not be asked. What it says while it stops counts as asked.
  async #listen(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    const wait = Math.min(Math.ceil(ms), LIMITS.approvalWaitMs);
    // The hub ends it itself, unless it hangs.
    const enough = AbortSignal.timeout(wait + GRACE_MS);
    const started = performance.now();
    try {
      const answer = await this.#hub.ask(`/approvals/${this.id}?wait=${wait / 1000}`, {
        patience: wait + LIMITS.hubRequestMs,
        signal: signal === undefined ? enough : AbortSignal.any([signal, enough]),
      });
      this.#take(answer);
      return this.#state !== 'pending' || performance.now() - started > LIMITS.approvalRetryFirstMs;
    } catch (error) {
      if (isPassing(error)) return false;
      throw error;
    }
  }

  #take(answer: Answer): void {
    // Forgotten there, it can't be approved any more.
    if (answer.status === 404) {
      this.#state = 'expired';
      return;
    }
    const { state: now, decisions } = parse(told, answer, this.#hub.origin);
    this.#state = now;
    this.#said = decisions;
  }
}

const GRACE_MS = 250;

// The hub is away, or the login is being renewed elsewhere: it may all come back before the approval runs out.
function isPassing(error: unknown): boolean {
  return error instanceof HallpassError && PASSING.has(error.code);
}

const PASSING: ReadonlySet<string> = new Set(['ERR_HUB_UNREACHABLE', 'ERR_ISSUER_UNREACHABLE', 'ERR_AUTH']);

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

// Who asks, and until when, is for the hub to say.
function question(ask: ApprovalAsk): Record<string, unknown> {
  const { approvals, groups, self, expiresMs } = ask.terms;
  return {
    binding: ask.binding,
    session: ask.session,
    connection: ask.connection,
    method: ask.method,
    tool: ask.tool,
    presented: ask.presented,
    findings: ask.findings,
    restores: ask.restores,
    rule: ask.rule,
    reason: ask.reason,
    risk: ask.risk,
    policy: ask.policy,
    terms: { approvals, groups, self, expires_in: expiresMs / 1000 },
  };
}
