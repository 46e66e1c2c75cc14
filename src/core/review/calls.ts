import type { Direction } from '../session/event.ts';
import type { Brief } from './brief.ts';
import { Remembered } from './remembered.ts';
import { cancelledIn, continuationIn, mayTakeRounds, wishIn } from './rounds.ts';

/** Where an event belongs: to the call of a row there is, to one that begins with it, or to none. */
export type Place = { readonly row: number } | 'new call' | 'alone';

/** The beginning of a call, for what belongs to it later. */
interface Call {
  readonly row: number;
  readonly method: string;
  readonly tool: string;
}

type Held = Call & { readonly rule: string };

/**
 * Finds the call to which each event belongs: the request and what answers it, by direction and id (ids come again: the
 * newest that is open has it); what waited for approval, by the approval; the rounds of a call that needs input, by its
 * `requestState`. What a server asks of its client meanwhile is a call of its own.
 */
export class Calls {
  readonly #open = new Remembered<Call>();
  readonly #approvals = new Remembered<Held>();
  /** Calls whose wait began, and whose request is written down when it ends: by their id. */
  readonly #held = new Remembered<Held>();
  /** Calls that were approved and have yet to go on. */
  readonly #approved = new Remembered<Held>();
  /** Calls of which the server wants to know more: by state, or where it sent none by what was called. */
  readonly #rounds = new Remembered<Call>();

  /** The place of the next event. `nextRow`: that of a new one. `payload` reads a small payload. */
  place(brief: Brief, nextRow: number, payload: () => Buffer | undefined): Place {
    if (brief.kind === 'hold') return this.#hold(brief, nextRow);
    if (brief.kind === 'decision') return this.#decision(brief);
    const isMessage = brief.kind === 'message';
    if (!isMessage && brief.kind !== 'refused') return 'alone';
    if (isMessage && brief.method !== undefined && brief.id !== undefined)
      return this.#request(brief, nextRow, payload);
    if (isMessage && brief.method === 'notifications/cancelled') return this.#cancelled(brief, payload());
    return brief.method === undefined && brief.id !== undefined ? this.#answer(brief, payload) : 'alone';
  }

  #hold({ approval = '', id, method, tool = '', rule = '' }: Brief, nextRow: number): Place {
    const known = this.#approvals.newest(approval);
    const held = { row: known?.row ?? nextRow, method: method ?? '', tool, rule };
    if (known === undefined) this.#approvals.add(approval, held);
    if (id !== undefined) this.#held.add(id, held);
    return known ?? 'new call';
  }

  #decision({ approval = '', outcome }: Brief): Place {
    const held = this.#approvals.newest(approval);
    if (held === undefined) return 'alone';
    if (outcome === 'allow') this.#approved.add(target(held), held);
    return held;
  }

  #request(brief: Brief, nextRow: number, payload: () => Buffer | undefined): Place {
    const { direction, id = '', method = '', tool = '', outcome } = brief;
    const known = direction === 'to_server' ? this.#begun(brief, payload) : undefined;
    const call = { row: known?.row ?? nextRow, method, tool };
    // What was not sent on is never answered.
    if (outcome === 'allow') this.#open.add(key(direction, id), call);
    return known ?? 'new call';
  }

  #begun(brief: Brief, payload: () => Buffer | undefined): Call | undefined {
    return this.#waited(brief) ?? (brief.outcome === 'allow' ? this.#again(brief, payload) : undefined);
  }

  // By the id under which it waited; by the approval that it still waits for; or as the first that goes on with it.
  #waited({ id = '', method, tool = '', rule, approval = '', outcome }: Brief): Held | undefined {
    const isOfIt = (held: Held): boolean => held.method === method && held.tool === tool;
    const byId = this.#held.take(id, isOfIt);
    const held = byId ?? (outcome === 'allow' ? undefined : this.#approvals.newest(approval));
    const what = target({ method: method ?? '', tool });
    if (held !== undefined) {
      this.#approved.take(what, ({ row }) => row === held.row);
      return held;
    }
    return outcome === 'allow' ? this.#approved.take(what, (one) => one.rule === rule) : undefined;
  }

  // Only where something waits for another round does it take a look at the payload.
  #again(
    { method = '', tool = '' }: Pick<Brief, 'method' | 'tool'>,
    payload: () => Buffer | undefined,
  ): Call | undefined {
    if (this.#rounds.isEmpty || !mayTakeRounds(method)) return undefined;
    const mark = continuationIn(payload());
    if (mark === undefined) return undefined;
    return this.#rounds.takeNewest(
      mark.state === undefined ? target({ method, tool }) : `state ${mark.state}`,
    );
  }

  #answer({ direction, id = '' }: Brief, payload: () => Buffer | undefined): Place {
    const call = this.#open.takeNewest(key(other(direction), id));
    if (call === undefined) return 'alone';
    const wish = direction === 'to_client' && mayTakeRounds(call.method) ? wishIn(payload()) : undefined;
    if (wish !== undefined)
      this.#rounds.add(wish.state === undefined ? target(call) : `state ${wish.state}`, call);
    return call;
  }

  // It may be answered all the same.
  #cancelled({ direction }: Brief, payload: Buffer | undefined): Place {
    const id = cancelledIn(payload);
    return (id === undefined ? undefined : this.#open.newest(key(direction, id))) ?? 'alone';
  }
}

function key(direction: Direction | undefined, id: string): string {
  return `${direction} ${id}`;
}

function other(direction: Direction | undefined): Direction {
  return direction === 'to_client' ? 'to_server' : 'to_client';
}

function target({ method, tool }: Pick<Call, 'method' | 'tool'>): string {
  return `call ${method} ${tool}`;
}
