import { createHash } from 'node:crypto';

import type { Event, PayloadRecord } from './event.ts';
import { commitment, PREFIX_BYTES, readPrefix, RECORD } from './payload.ts';

/** The bytes of a sidecar, in order. */
export interface ByteSource {
  /** The next `count` bytes, fewer only at the end; valid until the next call. */
  peek(count: number): Buffer;
  /** Goes past bytes that were peeked. */
  skip(count: number): void;
}

export type PayloadState =
  /** The bytes are there and are those that the event commits to. */
  | 'stored'
  /** Removed, and the record says so. */
  | 'redacted'
  /** The sidecar ends before the record does. */
  | 'missing'
  /** Something else stands in its place. */
  | 'damaged';

const PIECE_BYTES = 1024 * 1024;
// What of a session may be redacted; more is no session of ours.
const MAX_REDACTED = 1_000_000;

/**
 * Goes through the sidecar beside the log: one record for each event that has a payload, in the same order. Past the
 * first damaged record nothing is read, since nothing says where the next would begin.
 */
export class PayloadWalk {
  readonly #source: ByteSource;
  /** Redacted payloads by `seq`, and how many of them no event has explained yet. */
  readonly #redacted = new Set<number>();
  readonly #unexplained = new Set<number>();
  #stored = 0;
  #missing = 0;
  #declaredLost = 0;
  #position = 0;
  #problem: string | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Where the last whole record ends. */
  get position(): number {
    return this.#position;
  }

  /** Payloads that the sidecar ends without, and that no `recovered` event has declared lost. */
  get undeclared(): number {
    return this.#missing - this.#declaredLost;
  }

  /** A record is there, and is not the one the log commits to. */
  get damaged(): boolean {
    return this.#problem !== undefined;
  }

  /** Takes the next event of the log. Returns how its payload was found, undefined if it has none. */
  step(event: Event): PayloadState | undefined {
    if (event.kind === 'redact') this.#explain(event.target);
    if (event.kind === 'recovered') this.#declaredLost += event.lost_payloads;
    if (event.payload === undefined) return undefined;
    const state = this.#next(event.payload);
    this.#count(state, event.seq);
    return state;
  }

  /** To be called after the last event. `open`: more events follow that were not looked at, and so do their payloads. */
  finish(open = false): { status: 'pass' | 'fail' | 'redacted' | 'unchecked'; reason: string } {
    const [unexplained] = this.#unexplained;
    if (this.#problem !== undefined) return { status: 'fail', reason: this.#problem };
    if (this.undeclared !== 0)
      return { status: 'fail', reason: `the sidecar lacks ${this.undeclared} payloads at its end` };
    if (!open && this.#source.peek(1).length > 0)
      return { status: 'fail', reason: 'the sidecar goes on after its last record' };
    if (unexplained !== undefined)
      return { status: 'fail', reason: `no event says why payload ${unexplained} is redacted` };
    if (this.#redacted.size > 0)
      return { status: 'redacted', reason: `${this.#stored} intact, ${this.#redacted.size} redacted` };
    const lost = `${this.#stored} intact, ${this.#missing} lost in a crash, as the log says`;
    if (this.#missing > 0) return { status: 'unchecked', reason: lost };
    const match = this.#stored === 1 ? 'payload matches its commitment' : 'payloads match their commitments';
    return { status: 'pass', reason: `${this.#stored} ${match}` };
  }

  #next(payload: PayloadRecord): PayloadState {
    if (this.#problem !== undefined) return 'damaged';
    // The last record there is may be cut short: nothing can come after it.
    if (this.#missing > 0) return 'missing';
    const prefix = this.#source.peek(PREFIX_BYTES);
    if (prefix.length < PREFIX_BYTES) return 'missing';
    const header = readPrefix(prefix);
    if (header?.state === 'redacted') return this.#pass('redacted', PREFIX_BYTES);
    if (header?.size !== payload.size) return 'damaged';
    return payload.size <= PIECE_BYTES ? this.#small(payload) : this.#large(payload);
  }

  // Salt and bytes stand next to each other: one call hashes both.
  #small({ size, commit }: PayloadRecord): PayloadState {
    const record = this.#source.peek(PREFIX_BYTES + size);
    if (record.length < PREFIX_BYTES + size) return 'missing';
    if (commitment(record.subarray(RECORD.headerBytes)) !== commit) return 'damaged';
    return this.#pass('stored', PREFIX_BYTES + size);
  }

  #large({ size, commit }: PayloadRecord): PayloadState {
    const hash = createHash('sha256');
    this.#source.skip(RECORD.headerBytes);
    for (let left = RECORD.saltBytes + size; left > 0;) {
      const piece = this.#source.peek(Math.min(left, PIECE_BYTES));
      if (piece.length === 0) return 'missing';
      hash.update(piece);
      left -= piece.length;
      this.#source.skip(piece.length);
    }
    if (hash.digest('hex') !== commit) return 'damaged';
    this.#position += PREFIX_BYTES + size;
    return 'stored';
  }

  #pass(state: PayloadState, bytes: number): PayloadState {
    this.#source.skip(bytes);
    this.#position += bytes;
    return state;
  }

  #count(state: PayloadState, seq: number): void {
    if (state === 'stored') this.#stored += 1;
    if (state === 'missing') this.#missing += 1;
    if (state === 'redacted') this.#redact(seq);
    if (state === 'damaged') this.#problem ??= `payload of seq ${seq} is not what the log commits to`;
  }

  #redact(seq: number): void {
    this.#redacted.add(seq);
    this.#unexplained.add(seq);
    if (this.#redacted.size > MAX_REDACTED) this.#problem ??= 'more payloads are redacted than can be';
  }

  // Bytes that were removed fit their commitment when somebody puts them back: the log says that they are gone.
  #explain(target: number): void {
    this.#unexplained.delete(target);
    if (!this.#redacted.has(target))
      this.#problem ??= `the log says that payload ${target} was redacted, and it was not`;
  }
}
