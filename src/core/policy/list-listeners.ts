import { toBytes } from '../bytes.ts';
import { parseMessage, type ParsedMessage } from '../jsonrpc/envelope.ts';
import { valueAt } from '../jsonrpc/json-value.ts';
import { type Lane, ownerOf } from '../lane.ts';
import { LIMITS } from '../limits.ts';
import type { PendingRequest } from '../jsonrpc/pending.ts';
import type { Direction } from '../session/event.ts';

/** The lists that a client can be told of that they have changed. */
export type ListName = 'tools' | 'prompts' | 'resources';

const LISTS: readonly ListName[] = ['tools', 'prompts', 'resources'];

/** A message as others may see it. */
interface Seen {
  readonly parsed: ParsedMessage;
  readonly bytes: Uint8Array;
  readonly answers: readonly (PendingRequest | undefined)[];
}

interface Listener {
  readonly lists: ReadonlySet<ListName>;
  /** Undefined: on the streams that its client has opened. */
  readonly lane: Lane | undefined;
  /** Of a subscription: the request's id, JSON text. */
  readonly subscription?: string;
}

/**
 * The clients that have been told that they would hear of lists that change, so that they hear of it, too, when it is hallpass
 * that shows another list. Up to 2025-11-25 their server says so as it greets; in 2026-07-28 it is what a subscription was
 * acknowledged for (Subscriptions, Acknowledgment). Nobody else is told: that would be news in a protocol that has none.
 */
export class ListListeners {
  readonly #listeners = new Map<string, Listener>();
  /** GET streams by owner. */
  readonly #streams = new Map<string, Set<Lane>>();

  /** A message went its way: perhaps somebody listens from now on, or no more. */
  observe({ direction, lane }: { direction: Direction; lane: Lane }, view: Seen): void {
    const { messages } = view.parsed;
    for (const { cancels } of messages)
      if (cancels !== undefined) this.#listeners.delete(keyOf(lane.scope, cancels));
    if (direction === 'to_server') return;
    for (const { kind, id = '' } of messages)
      if (kind === 'response') this.#listeners.delete(keyOf(lane.scope, id));
    const [envelope] = messages;
    if (view.answers[0]?.method === 'initialize') this.#greeted(lane, view);
    if (envelope?.method === ACKNOWLEDGED && envelope.subscriptionId !== undefined)
      this.#subscribed(lane, view, envelope.subscriptionId);
  }

  /** A client has opened a stream for what its server says by itself. */
  opened(lane: Lane): void {
    const owner = ownerOf(lane);
    const streams = this.#streams.get(owner) ?? new Set();
    this.#streams.set(owner, streams.add(lane));
    lane.signal.addEventListener('abort', () => {
      streams.delete(lane);
      if (streams.size === 0) this.#streams.delete(owner);
    });
  }

  /** Tells all who listen. Nobody waits until it is read. */
  tell(changed: ReadonlySet<ListName>): void {
    for (const [key, { lists, lane, subscription }] of this.#listeners) {
      if (lane?.signal.aborted === true) this.#listeners.delete(key);
      const lanes = lane === undefined ? this.#streamsOf(key) : [lane];
      for (const list of lists)
        if (changed.has(list)) for (const one of lanes) say(one, notification(list, subscription));
    }
  }

  #greeted(lane: Lane, { bytes }: Seen): void {
    const says = (list: ListName): boolean =>
      valueAt(bytes, ['result', 'capabilities', list, 'listChanged']) === true;
    // A lane that can be opened ends with this answer, and its session may have another.
    const lasting = lane.session ?? (lane.open === undefined ? lane : undefined);
    this.#keep(ownerOf(lane), { lists: new Set(LISTS.filter(says)), lane: lasting });
  }

  #subscribed(lane: Lane, { bytes }: Seen, subscription: string): void {
    const says = (list: ListName): boolean =>
      valueAt(bytes, ['params', 'notifications', `${list}ListChanged`]) === true;
    this.#keep(keyOf(lane.scope, subscription), { lists: new Set(LISTS.filter(says)), lane, subscription });
  }

  // Clients go away without a word; then the oldest is told no more.
  #keep(key: string, listener: Listener): void {
    this.#listeners.delete(key);
    if (listener.lists.size === 0) return;
    this.#listeners.set(key, listener);
    const [oldest] = this.#listeners.keys();
    if (this.#listeners.size > LIMITS.listListeners && oldest !== undefined) this.#listeners.delete(oldest);
  }

  // Its newest, as a server would choose one: what is said on two is said twice (2025-11-25, Multiple Connections).
  #streamsOf(owner: string): Lane[] {
    const begun = [...(this.#streams.get(owner) ?? [])].filter((lane) => lane.hasBegun === true);
    return begun.slice(-1);
  }
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

function keyOf(scope: string, id: string): string {
  return `${scope} ${id}`;
}

function notification(list: ListName, subscription: string | undefined): Uint8Array {
  const params =
    subscription === undefined
      ? ''
      : `,"params":{"_meta":{"io.modelcontextprotocol/subscriptionId":${subscription}}}`;
  return toBytes(`{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"${params}}`);
}

function say(lane: Lane, bytes: Uint8Array): void {
  void lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
}
