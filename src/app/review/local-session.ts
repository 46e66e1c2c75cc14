import { HallpassError } from '../../core/errors.ts';
import { GrowingIndex } from '../../core/review/growing-index.ts';
import { LogReader } from '../../core/review/log-reader.ts';
import { searchSteps } from '../../core/review/search.ts';
import type { SessionIndex } from '../../core/review/session-index.ts';
import type { ReviewedSession } from '../../core/review/source.ts';
import type { Event } from '../../core/session/event.ts';
import { parseLine } from '../../core/session/line.ts';
import type { ReadPayload } from '../../core/session/payload-reader.ts';
import { PREFIX_BYTES, readPrefix } from '../../core/session/payload.ts';
import type { Slices } from '../../core/slices.ts';
import type { Verification } from '../../core/session/verify.ts';
import type { PagedSession } from '../session-port.ts';
import { inTurns } from './in-turns.ts';

export interface LocalSessionDeps {
  readonly pages: PagedSession;
  /** Closes them. */
  readonly closing: { close(): void };
  readonly verify: (signal: AbortSignal) => Promise<Verification>;
  /** Tells when its files may have changed, or it is no longer recorded. */
  readonly watch: (changed: () => void) => { close(): void };
  /** Whether a process records it. */
  readonly isRecording: () => boolean;
}

/** A session by its files, of this machine or fetched from a hub. */
export class LocalSession implements ReviewedSession {
  readonly id: string;
  readonly #deps: LocalSessionDeps;
  #index: GrowingIndex;
  #reader: LogReader;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(id: string, deps: LocalSessionDeps) {
    this.id = id;
    this.#deps = deps;
    this.#index = this.#newIndex();
    this.#reader = this.#newReader();
  }

  get isLive(): boolean {
    return this.#deps.isRecording();
  }

  /** Another one when another log has taken the place of the first. */
  get index(): SessionIndex {
    return this.#index;
  }

  readOn(signal: AbortSignal): Promise<boolean> {
    const read = this.#reading.then(() => inTurns(this.#readSteps(signal), signal));
    this.#reading = read.catch(() => undefined);
    return read;
  }

  listen(onGrowth: () => void): { close(): void } {
    return this.#deps.watch(onGrowth);
  }

  event(seq: number): Event {
    const { offset, length } = this.#index.lineAt(seq);
    const event = parseLine(this.#deps.pages.log.read(offset, length));
    if (event !== undefined) return event;
    throw new HallpassError(
      'ERR_SESSION_CORRUPT',
      `session ${this.id} was changed while it was looked at: seq ${seq}`,
      { hint: 'Open it again.' },
    );
  }

  payload(seq: number, limit: number, from = 0): ReadPayload | undefined {
    if (this.#index.event(seq).payloadBytes === undefined) return undefined;
    const place = this.#index.payloadAt(seq);
    const { payloads } = this.#deps.pages;
    const header = place && readPrefix(payloads.read(place.offset, PREFIX_BYTES));
    if (place === undefined || header === undefined) return { state: 'missing' };
    if (header.state === 'redacted') return { state: 'redacted' };
    const length = Math.max(0, Math.min(limit, place.size - from));
    const bytes = Buffer.from(payloads.read(place.offset + PREFIX_BYTES + from, length));
    return { state: 'stored', bytes };
  }

  search(
    text: string,
    { signal, ...where }: { from: number; backwards?: boolean; signal: AbortSignal },
  ): Promise<number | undefined> {
    const { log, payloads } = this.#deps.pages;
    const bytes = {
      log: (offset: number, length: number) => log.read(offset, length),
      payloads: (offset: number, length: number) => payloads.read(offset, length),
    };
    return inTurns(searchSteps(this.#index, bytes, { text, ...where }), signal);
  }

  verify(signal: AbortSignal): Promise<Verification> {
    return this.#deps.verify(signal);
  }

  close(): void {
    this.#deps.closing.close();
  }

  *#readSteps(signal: AbortSignal): Slices<boolean> {
    signal.throwIfAborted();
    let isNews = this.#followFiles();
    while (this.#reader.readPiece(this.#index)) {
      isNews = true;
      yield;
    }
    return isNews;
  }

  #followFiles(): boolean {
    const others = this.#deps.pages.reopen();
    if (others.log) {
      this.#index = this.#newIndex();
      this.#reader = this.#newReader();
    } else if (others.payloads) this.#index.findPayloadsAnew();
    return others.log || others.payloads;
  }

  #newIndex(): GrowingIndex {
    const { payloads } = this.#deps.pages;
    return new GrowingIndex((offset, length) => payloads.read(offset, length));
  }

  #newReader(): LogReader {
    const { log } = this.#deps.pages;
    return new LogReader((buffer, offset) => log.readInto(buffer, offset));
  }
}
