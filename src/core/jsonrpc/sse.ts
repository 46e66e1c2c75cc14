import { splice, toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { oneLine } from './one-line.ts';

/**
 * One server-sent event (WHATWG HTML, 9.2) as it came, up to and including its blank line. Our own reader instead of a
 * parser library's, because those drop the bytes: what isn't data must pass unchanged.
 */
export interface SseEvent {
  readonly raw: Uint8Array;
  /** The data lines joined with newlines, as the standard says; undefined when there are none. */
  readonly data: Uint8Array | undefined;
  /** Everything but the data (comments, event, id, retry), as text to be searched. */
  readonly rest: string;
  /** The same event with other data. */
  encode(data: Uint8Array): Uint8Array;
}

const LF = 0x0a;
const CR = 0x0d;

/** An event over the limit: the stream ends here, since none can be resumed in the middle of an event. */
export class EventTooLongError extends Error {
  constructor(limit: number) {
    super(`an event of the answer is over the limit of ${limit} bytes`);
    this.name = 'EventTooLongError';
  }
}

/** Cuts a byte stream into events. */
export class SseFramer {
  readonly #limit: number;
  // Grows by doubling, so that a large event in small chunks is copied a bounded number of times.
  #buffer = Buffer.alloc(0);
  #filled = 0;
  #eventStart = 0;
  #lineStart = 0;
  #at = 0;
  #lines: SseLine[] = [];
  #isFirstLine = true;

  constructor(limit: number = LIMITS.messageBytes) {
    this.#limit = limit;
  }

  /**
   * The events that `chunk` completes.
   *
   * @throws {EventTooLongError}
   */
  push(chunk: Uint8Array): SseEvent[] {
    this.#append(chunk);
    const events: SseEvent[] = [];
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      if (line.end > line.start) this.#lines.push(line);
      else events.push(this.#take(line.next));
    }
    if (this.#filled - this.#eventStart > this.#limit) throw new EventTooLongError(this.#limit);
    return events;
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#buffer.subarray(this.#eventStart, this.#filled);
    const needed = kept.length + chunk.length;
    if (this.#filled + chunk.length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, 2 * kept.length));
      kept.copy(grown);
      this.#rebase(grown, kept.length);
    }
    this.#buffer.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  #rebase(buffer: Buffer<ArrayBuffer>, filled: number): void {
    const moved = this.#eventStart;
    this.#buffer = buffer;
    this.#filled = filled;
    this.#eventStart = 0;
    this.#lineStart -= moved;
    this.#at -= moved;
    this.#lines = this.#lines.map(({ start, end, next }) => ({
      start: start - moved,
      end: end - moved,
      next: next - moved,
    }));
  }

  #nextLine(): SseLine | undefined {
    const buffer = this.#buffer;
    while (this.#at < this.#filled && buffer[this.#at] !== LF && buffer[this.#at] !== CR) this.#at += 1;
    if (this.#at >= this.#filled) return undefined;
    // A CR may be half of a CRLF whose LF has yet to come, except that an empty line already ends the event.
    const isCr = buffer[this.#at] === CR;
    const isLast = this.#at + 1 === this.#filled;
    if (isCr && isLast && this.#at > this.#lineStart) return undefined;
    const next = this.#at + (isCr && !isLast && buffer[this.#at + 1] === LF ? 2 : 1);
    const line = { start: this.#lineStart + this.#markLength(), end: this.#at, next };
    this.#lineStart = next;
    this.#at = next;
    return line;
  }

  // A byte order mark at the very start is no part of the first line, though it goes on with it.
  #markLength(): number {
    const isFirst = this.#isFirstLine;
    this.#isFirstLine = false;
    const start = this.#buffer.subarray(this.#lineStart, this.#at);
    return isFirst && start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  }

  #take(end: number): SseEvent {
    const from = this.#eventStart;
    const lines = this.#lines.map((line) => ({ ...line, start: line.start - from, end: line.end - from }));
    const event = toEvent(Buffer.from(this.#buffer.subarray(from, end)), lines);
    this.#eventStart = end;
    this.#lines = [];
    return event;
  }
}

interface SseLine {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** What an event is named (WHATWG HTML, 9.2): `message` where it does not say. */
export function eventName({ rest }: SseEvent): string {
  const names = rest.split('\n').flatMap((line) => /^event(?:: ?(.*))?$/.exec(line)?.[1] ?? []);
  return names.at(-1) || 'message';
}

/** An event of our own. */
export function messageEvent(data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('event: message\ndata: '), oneLine(data), Buffer.from('\n\n')]);
}

function toEvent(raw: Buffer, lines: readonly SseLine[]): SseEvent {
  const dataLines = lines.filter((line) => isData(raw, line));
  const values = dataLines.map((line) => ({ start: valueStart(raw, line), end: line.end }));
  const contents = values.map(({ start, end }) => raw.subarray(start, end));
  return {
    raw,
    data: values.length === 0 ? undefined : joinLines(contents),
    rest: lines
      .filter((line) => !isData(raw, line))
      .map((line) => toText(raw.subarray(line.start, line.end)))
      .join('\n'),
    encode: (data) => encode(raw, values, data),
  };
}

function isData(raw: Buffer, { start, end }: SseLine): boolean {
  const name = raw.subarray(start, Math.min(end, start + 5)).toString('latin1');
  return name === 'data:' || (name === 'data' && end === start + 4);
}

function valueStart(raw: Buffer, { start, end }: SseLine): number {
  const colon = Math.min(end, start + 5);
  return raw[colon] === 0x20 && colon < end ? colon + 1 : colon;
}

function joinLines(lines: readonly Uint8Array[]): Uint8Array {
  const [only] = lines;
  if (only !== undefined && lines.length === 1) return only;
  return Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from('\n'), line])));
}

// Masking replaces text within lines and adds or removes no newline, so each line finds its own place again. Only an
// answer of ours put in place of the event has fewer: it takes the first line, and the others stay empty.
function encode(
  raw: Buffer,
  values: readonly { start: number; end: number }[],
  data: Uint8Array,
): Uint8Array {
  const lines = toText(data).split('\n');
  return splice(
    raw,
    values.map(({ start, end }, i) => ({ start, end, replacement: Buffer.from(lines[i] ?? '') })),
  );
}
