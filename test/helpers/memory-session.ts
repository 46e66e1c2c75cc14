import { GrowingIndex } from '../../src/core/review/growing-index.ts';
import type { ReviewedSession } from '../../src/core/review/source.ts';
import type { Event, EventBody, MessageBody, StartBody } from '../../src/core/session/event.ts';
import { eventText } from '../../src/core/session/event-text.ts';

/** An event of a session in memory: what it is, when (milliseconds since the session began), and its payload. */
export interface MemoryEvent {
  readonly body: EventBody;
  readonly at?: number;
  readonly bytes?: Uint8Array | string;
}

/** A session that is in no file; it has no seal, and can grow. */
export class MemorySession implements ReviewedSession {
  readonly id = '3k2m9f7q';
  readonly index = new GrowingIndex();
  isLive: boolean;
  /** How many payloads were read. */
  reads = 0;
  readonly #events: Event[] = [];
  readonly #payloads: (Buffer | undefined)[] = [];
  readonly #listeners = new Set<() => void>();
  #read = 0;

  constructor(events: readonly MemoryEvent[], options: { isLive?: boolean } = {}) {
    this.isLive = options.isLive ?? false;
    this.add(...events);
    this.#readAll();
  }

  /** More is recorded; it is in the index once somebody has read on. */
  add(...events: readonly MemoryEvent[]): void {
    for (const { body, at = 0, bytes } of events) {
      const payload = bytes === undefined ? undefined : Buffer.from(bytes);
      const seq = this.#events.length;
      const envelope = { seq, time: 1_700_000_000_000 + at, mono: at * 1_000 };
      const commit = '00'.repeat(32);
      this.#events.push({
        ...body,
        ...envelope,
        ...(payload && { payload: { size: payload.length, commit } }),
      });
      this.#payloads.push(payload);
    }
    for (const listener of this.#listeners) listener();
  }

  async readOn(): Promise<boolean> {
    await Promise.resolve();
    return this.#readAll();
  }

  listen(onGrowth: () => void): { close(): void } {
    this.#listeners.add(onGrowth);
    return { close: () => this.#listeners.delete(onGrowth) };
  }

  event(seq: number): Event {
    const event = this.#events[seq];
    if (event === undefined) throw new Error(`there is no event ${seq}`);
    return event;
  }

  payload(seq: number, limit: number, from = 0): ReturnType<ReviewedSession['payload']> {
    this.reads += 1;
    const bytes = this.#payloads[seq];
    return bytes === undefined ? undefined : { state: 'stored', bytes: bytes.subarray(from, from + limit) };
  }

  search: ReviewedSession['search'] = () => Promise.resolve(undefined);
  verify: ReviewedSession['verify'] = () => Promise.reject(new Error('it has no seal'));

  close(): void {
    // Nothing is open.
  }

  #readAll(): boolean {
    const before = this.#read;
    for (; this.#read < this.#events.length; this.#read += 1)
      this.index.append(Buffer.from(eventText(this.event(this.#read))), this.#read);
    if (this.index.problem !== undefined) throw new Error(this.index.problem);
    return this.#read > before;
  }
}

/** How every session begins. */
export function started(changes: Partial<StartBody> = {}): MemoryEvent {
  const body: StartBody = {
    kind: 'start',
    format: 'hallpass-session/1',
    session: '3k2m9f7q',
    session_kind: 'run',
    connection: 'run',
    subject: 'ada@analytical',
    workspace: '/home/ada/engine',
    upstream: 'npm test',
    policy: 'guard',
    attended: true,
    signer: { kind: 'device', key: 'SHA256:x' },
    versions: { hallpass: '0.1.0', node: '24.0.0' },
    ...changes,
  };
  return { body };
}

/** A piece of output, with so many secrets in it. */
export function wrote(
  at: number,
  bytes: string | Uint8Array,
  {
    stream = 'terminal',
    rules = [],
  }: { stream?: 'stdout' | 'stderr' | 'terminal'; rules?: readonly string[] } = {},
): MemoryEvent {
  return { at, bytes, body: { kind: 'output', stream, findings: rules.map(found) } };
}

/** A message of a call, with so many secrets in it. */
export function said(
  at: number,
  { bytes, rules = [], ...changes }: Partial<MessageBody> & { bytes?: string; rules?: readonly string[] },
): MemoryEvent {
  const verdict = { outcome: 'allow', reason: 'nothing in the policy is against it', rule: 'guard' } as const;
  const body: MessageBody = {
    kind: 'message',
    direction: 'to_server',
    verdict,
    findings: rules.map(found),
    ...changes,
  };
  return { at, body, ...(bytes !== undefined && { bytes }) };
}

function found(rule: string): MessageBody['findings'][number] {
  return { rule, at: '/params', placeholder: `hpm_${rule}_a1b2c3d4e5`, why: 'shape' };
}
