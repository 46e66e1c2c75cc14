import { HallpassError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Event, TerminalRecord } from '../session/event.ts';
import { previewOf } from './payload-preview.ts';
import { ReplayPage } from './replay-page.ts';
import type { PageLine } from './replay-pen.ts';
import type { SessionIndex } from './session-index.ts';
import { clockTime } from './session-time.ts';
import type { ReviewedSession } from './source.ts';
import { toned } from './styled.ts';
import { sizeIn } from './terminal-sizes.ts';
import { type Answered, toldEvent } from './told-event.ts';

const NEWLINE = 0x0a;
/** Lines that an event other than output may take. */
const TOLD_LINES = 2;

/** What was to be seen of a session at any time. Of a long one only the end is read that fills a screen, and some more. */
export class ReplayScreen {
  readonly #session: ReviewedSession;
  #index: SessionIndex | undefined;
  #page = new ReplayPage();
  /** The last event that is on the page. */
  #shown = -1;
  #isWithheld = false;

  constructor(session: ReviewedSession) {
    this.#session = session;
  }

  /** The lines after an event (-1: before any), the newest last. */
  at(seq: number): readonly PageLine[] {
    const { index } = this.#session;
    const isNext = seq >= this.#shown && seq - this.#shown <= LIMITS.replayBackEvents;
    if (!isNext || index !== this.#index) this.#startBefore(seq);
    this.#index = index;
    for (; this.#shown < seq; this.#shown += 1)
      this.#attempt(() => this.#take(this.#session.event(this.#shown + 1)));
    return this.#page.lines;
  }

  #startBefore(seq: number): void {
    this.#page = new ReplayPage();
    this.#isWithheld = false;
    const first = this.#firstInSight(seq);
    this.#shown = first - 1;
    this.#resize(this.#session.index.terminalAt(this.#shown));
    if (first > 0 && first <= seq) this.#attempt(() => this.#takeCut(this.#session.event(first)));
  }

  // The line it begins in the middle of is left out.
  #takeCut(event: Event): void {
    if (event.kind !== 'output' && event.kind !== 'stderr') return;
    this.#resize(sizeIn(event));
    const bytes = this.#bytesOf(event);
    this.#write(event, bytes?.subarray(bytes.indexOf(NEWLINE) + 1));
    this.#shown = event.seq;
  }

  // The files may be changed meanwhile; what can't be read then is said, and the rest is shown.
  #attempt(take: () => void): void {
    try {
      take();
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      this.#page.tell([toned(error.message, 'bad')]);
    }
  }

  #firstInSight(seq: number): number {
    let [first, lines, bytes] = [seq + 1, 0, 0];
    while (first > 0 && seq - first < LIMITS.replayBackEvents) {
      if (lines >= LIMITS.replayLines || bytes >= LIMITS.replayBackBytes) break;
      first -= 1;
      const written = this.#written(first);
      lines += written === undefined ? TOLD_LINES : count(written, NEWLINE);
      bytes += written?.length ?? 0;
    }
    return first;
  }

  #written(seq: number): Uint8Array | undefined {
    const { kind } = this.#session.index.event(seq);
    return kind === 'output' || kind === 'stderr' ? this.#bytesOf({ seq }) : undefined;
  }

  // Of what is longer than what is kept of all of it, the end.
  #bytesOf({ seq }: Pick<Event, 'seq'>): Uint8Array | undefined {
    const size = this.#session.index.event(seq).payloadBytes ?? 0;
    const from = Math.max(0, size - LIMITS.replayBackBytes);
    const payload = this.#session.payload(seq, LIMITS.replayBackBytes, from);
    return payload?.state === 'stored' ? payload.bytes : undefined;
  }

  // A line that is full goes on in the next one, as it did then.
  #resize(size: TerminalRecord | undefined): void {
    if (size !== undefined) this.#page.resize('terminal', size.columns);
  }

  #take(event: Event): void {
    this.#resize(sizeIn(event));
    if (event.kind === 'output' || event.kind === 'stderr') return this.#write(event, this.#bytesOf(event));
    const at = toned(`${clockTime(event.mono).padStart(8)}  `, 'quiet');
    const [first, ...others] = toldEvent(event, this.#answered(event));
    if (first !== undefined) this.#page.tell([at, ...first]);
    for (const line of others) this.#page.tell([toned(INDENT), ...line]);
    const payload = this.#session.payload(event.seq, LIMITS.replayPayloadBytes);
    if (payload !== undefined) this.#page.tell([toned(`${INDENT}${previewOf(payload)}`, 'quiet')]);
  }

  #write(event: Event & { kind: 'output' | 'stderr' }, bytes: Uint8Array | undefined): void {
    const isWithheld = event.kind === 'output' && event.withheld === true;
    if (isWithheld !== this.#isWithheld)
      this.#page.tell([toned(isWithheld ? WITHHELD : 'what follows was shown again', 'warning')]);
    this.#isWithheld = isWithheld;
    if (bytes === undefined)
      this.#page.tell([toned('(what was written here is removed, or missing)', 'quiet')]);
    else this.#page.write(event.kind === 'output' ? event.stream : 'stderr', bytes);
  }

  #answered(event: Event): Answered | undefined {
    if (event.kind !== 'message' || event.method !== undefined) return undefined;
    const { index } = this.#session;
    const { kind, label, tool, mono } = index.row(index.rowOf(event.seq));
    return kind === 'call' ? { method: label, tool, micros: event.mono - mono } : undefined;
  }
}

const INDENT = ' '.repeat(12);
const WITHHELD = 'what follows was recorded, and shown to nobody when it was written';

function count(bytes: Uint8Array, byte: number): number {
  let [found, at] = [0, bytes.indexOf(byte)];
  for (; at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1;
  return found;
}
