import { NO_COUNTS } from '../session/counts.ts';
import type { Counts, EndBody, Envelope, Event, SignerRecord, StartBody } from '../session/event.ts';
import { misplaced } from '../session/misplaced.ts';
import type { Brief } from './brief.ts';

/** What a log says of itself as a whole, and how far it is to be believed: as far as `LogWalk` does. */
export class Belief {
  start: (StartBody & Envelope) | undefined;
  end: (EndBody & Envelope) | undefined;
  /** The first thing wrong. */
  problem: string | undefined;
  counts: Counts = NO_COUNTS;
  /** Microseconds. */
  duration = 0;
  #last: Pick<Event, 'kind'> | undefined;
  #signer: SignerRecord | undefined;

  /** Whether line `seq` (from 0) is believed, read as it is; undefined: it could not be. */
  admits(brief: Brief | undefined, seq: number): brief is Brief {
    if (this.problem !== undefined) return false;
    const problem = brief === undefined ? 'is not a canonical event' : this.#misplaced(brief, seq);
    if (problem === undefined) return true;
    this.problem = `line ${seq + 1} ${problem}`;
    return false;
  }

  take({ kind, mono, counts, event }: Brief): void {
    this.#last = { kind };
    this.duration = Math.max(this.duration, mono);
    this.counts = sum(this.counts, counts);
    if (event?.kind === 'start') this.start = event;
    if (event?.kind === 'end') this.end = event;
    if (event !== undefined && 'signer' in event) this.#signer = event.signer;
  }

  #misplaced({ kind, seq: said, event }: Brief, seq: number): string | undefined {
    const log = { last: this.#last, signer: this.#signer, counts: this.counts };
    // Only of those is less known than all.
    return misplaced(event ?? { kind: kind as 'message', seq: said }, seq, log);
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    to_server: a.to_server + b.to_server,
    to_client: a.to_client + b.to_client,
    findings: a.findings + b.findings,
    refused: a.refused + b.refused,
  };
}
