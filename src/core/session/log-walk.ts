import { countEvent, NO_COUNTS } from './counts.ts';
import type { Counts, Envelope, Event, SignerRecord, StartBody } from './event.ts';
import { parseLine } from './line.ts';
import { isAmendment, misplaced } from './misplaced.ts';
import { MerkleTree } from './tree.ts';

/**
 * Goes through the lines of a log, growing its tree and checking what the lines say of each other: `seq` without a gap,
 * `start` first, `end` last. Past the first problem the lines still grow the tree, but are no longer believed.
 */
export class LogWalk {
  readonly tree = new MerkleTree();
  start: (StartBody & Envelope) | undefined;
  last: Event | undefined;
  /** Who the log says will seal it; the latest word. */
  signer: SignerRecord | undefined;
  counts: Counts = NO_COUNTS;
  /** The first thing wrong, and the line (from 1) where. */
  problem: string | undefined;
  /** When the session was sealed by a recovery, the wall time of that. */
  recovered: number | undefined;
  /** When something was added after its end, the wall time of the last. */
  amended: number | undefined;

  /** Takes the next line, without its newline. Returns its event, undefined if the line is not to be believed. */
  step(line: Buffer): Event | undefined {
    const seq = this.tree.size;
    this.tree.append(line);
    if (this.problem !== undefined) return undefined;
    const event = parseLine(line);
    this.problem = event === undefined ? 'is not a canonical event' : misplaced(event, seq, this);
    if (this.problem !== undefined) this.problem = `line ${seq + 1} ${this.problem}`;
    if (this.problem !== undefined || event === undefined) return undefined;
    this.#take(event);
    return event;
  }

  /** To be called after the last line: what is wrong with the log as a whole. `torn`: bytes after the last newline. */
  finish(torn: number): string | undefined {
    const lines = this.tree.size;
    if (this.problem !== undefined) return this.problem;
    if (torn > 0) return `the log is cut: after line ${lines} there are ${torn} bytes without an end of line`;
    if (this.last === undefined) return 'the log is empty';
    if (this.last.kind === 'end' || isAmendment(this.last)) return undefined;
    return `the log stops at line ${lines} without an end event`;
  }

  /** What is wrong with the lines so far of a log that goes on. */
  finishOpen(): string | undefined {
    return this.problem ?? (this.last === undefined ? 'the log is empty' : undefined);
  }

  #take(event: Event): void {
    this.last = event;
    this.counts = countEvent(this.counts, event);
    if (event.kind === 'start') this.start = event;
    if (event.kind === 'recovered') this.recovered = event.time;
    if (isAmendment(event)) this.amended = event.time;
    if ('signer' in event) this.signer = event.signer;
  }
}
