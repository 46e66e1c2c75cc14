import { LIMITS } from '../../core/limits.ts';
import type { Message, Outbox } from '../db/database.ts';
import type { Fetch } from '../tokens/issuer.ts';
import { signedHeaders } from './signature.ts';
import type { Webhook } from './webhooks.ts';

export interface CourierDeps {
  readonly outbox: Outbox;
  /** Reaches addresses of this network too where `isPrivate` says so, and otherwise none of them. */
  readonly fetchFor: (webhook: { readonly isPrivate: boolean }) => Fetch;
  readonly now: () => number;
  /** Told what did not arrive. Neither address nor content stands in it. */
  readonly onNotice: (line: string) => void;
  readonly onTrouble: (error: Error) => void;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
// The schedule of Standard Webhooks 1.0.0, "Deliverability and reliability": three days in all.
const DELAYS = [
  5 * SECOND,
  300 * SECOND,
  HOUR / 2,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const JITTER = 0.1;
/** Node's timers know no longer times. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Delivers to one webhook what stands in the outbox for it, until it has arrived or three days have passed. */
export class Courier {
  readonly #webhook: Webhook;
  readonly #deps: CourierDeps;
  readonly #closed = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;

  constructor(webhook: Webhook, deps: CourierDeps) {
    this.#webhook = webhook;
    this.#deps = deps;
  }

  /** Looks what is due. */
  wake(): void {
    if (this.#closed.signal.aborted) return;
    this.#again = true;
    this.#round ??= this.#rounds()
      .catch((error: unknown) =>
        this.#deps.onTrouble(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => (this.#round = undefined));
  }

  /** What is under way is given up, and stays in the outbox. */
  async close(): Promise<void> {
    this.#closed.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #rounds(): Promise<void> {
    const { outbox, now } = this.#deps;
    while (!this.#closed.signal.aborted) {
      this.#again = false;
      const next = await outbox.next(this.#webhook.name, LIMITS.webhooksAtOnce);
      const due = next.filter(({ dueAt }) => dueAt <= now());
      await Promise.all(due.map((message) => this.#deliver(message)));
      if (due.length > 0 || this.#again) continue;
      return this.#sleep(next[0]);
    }
  }

  #sleep(next: Message | undefined): void {
    clearTimeout(this.#timer);
    if (next === undefined) return;
    const ms = Math.min(Math.max(next.dueAt - this.#deps.now(), 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.wake(), ms).unref();
  }

  async #deliver(message: Message): Promise<void> {
    const { outbox, now, onNotice } = this.#deps;
    const answer = await this.#post(message);
    if (this.#closed.signal.aborted) return;
    if (answer.ok) return outbox.remove(message.id);
    const delay = DELAYS[message.tries];
    const { name } = this.#webhook;
    if (delay === undefined || answer.isGone) {
      onNotice(`webhook ${name}: ${message.id} is given up: ${answer.why}`);
      return outbox.remove(message.id);
    }
    onNotice(`webhook ${name}: ${message.id} is tried again later: ${answer.why}`);
    const wait = Math.max(delay * (1 + Math.random() * JITTER), answer.retryAfterMs);
    await outbox.postpone(message.id, now() + Math.round(wait));
  }

  async #post({ id, body }: Message): Promise<Posted> {
    const { url, keys, isPrivate } = this.#webhook;
    const at = Math.floor(this.#deps.now() / 1000);
    const headers = {
      'content-type': 'application/json',
      ...(keys.length > 0 && signedHeaders(keys, { id, at, body })),
    };
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(LIMITS.webhookMs)]);
    try {
      const post = this.#deps.fetchFor({ isPrivate });
      const answer = await post(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await answer.body?.cancel();
      const { ok, status } = answer;
      const retryAfterMs = retryAfter(answer.headers.get('retry-after'));
      return { ok, isGone: status === 410, why: `it answers ${status}`, retryAfterMs };
    } catch (error) {
      return { ok: false, isGone: false, why: reasonOf(error), retryAfterMs: 0 };
    }
  }
}

interface Posted {
  readonly ok: boolean;
  /** It wants no more of it (RFC 9110 section 15.5.11). */
  readonly isGone: boolean;
  readonly why: string;
  readonly retryAfterMs: number;
}

// Seconds only; a date is not worth the clocks that would have to agree.
function retryAfter(value: string | null): number {
  return value !== null && /^\d{1,6}$/.test(value) ? Math.min(Number(value) * SECOND, 24 * HOUR) : 0;
}

// The system's code where there is one: a message may quote the address.
function reasonOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError') return 'no answer in time';
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(at.code)) return at.code;
  }
  return 'the connection failed';
}
