import { GrowingIndex } from '../../src/core/review/growing-index.ts';
import { LogReader } from '../../src/core/review/log-reader.ts';
import type { TimelineRow } from '../../src/core/review/rows.ts';
import type { SessionIndex } from '../../src/core/review/session-index.ts';
import { countEvent, NO_COUNTS } from '../../src/core/session/counts.ts';
import type { EventBody, MessageBody } from '../../src/core/session/event.ts';
import { eventText } from '../../src/core/session/event-text.ts';
import { payloadPrefix, payloadRecord, redactedRecord } from '../../src/core/session/payload.ts';

export interface LogRecord {
  readonly body: EventBody;
  readonly payload?: string | Uint8Array | undefined;
  /** Its bytes were removed. */
  readonly isRemoved?: boolean;
}

const SALT = Buffer.alloc(16, 7);

/** The first event of a session. */
export const START: EventBody = {
  kind: 'start',
  format: 'hallpass-session/1',
  session: '7k2m9q4xw1ab',
  session_kind: 'connect',
  connection: 'files',
  subject: 'ada@analytical',
  workspace: '/home/ada/engine',
  upstream: 'mcp-server-filesystem .',
  policy: 'guard',
  attended: false,
  versions: { hallpass: '0.1.0', node: '24.0.0' },
  signer: { kind: 'device', key: 'SHA256:abc' },
};

/** A message that passed because nothing was said of it; what matters to a test is overridden. */
export function passed(changes: Partial<MessageBody> = {}): MessageBody {
  return {
    kind: 'message',
    direction: 'to_server',
    findings: [],
    verdict: { outcome: 'allow', reason: 'nothing in the policy is against it', rule: 'guard' },
    ...changes,
  };
}

/** The bytes of both files of a session: the start, and then what is given, a millisecond apart. */
export class ReviewLog {
  log = Buffer.alloc(0);
  sidecar = Buffer.alloc(0);
  readonly lines: Buffer[] = [];
  #counts = NO_COUNTS;

  constructor(records: readonly LogRecord[] = []) {
    this.add({ body: START });
    for (const record of records) this.add(record);
  }

  add({ body, payload, isRemoved = false }: LogRecord): this {
    const seq = this.lines.length;
    const bytes = payload === undefined ? undefined : Buffer.from(payload);
    const envelope = { seq, time: 1_790_000_000_000 + seq, mono: 1_000 * seq };
    const line = Buffer.from(
      eventText({ ...body, ...envelope, ...(bytes && { payload: payloadRecord(SALT, bytes) }) }),
    );
    const record =
      bytes === undefined ? [] : isRemoved ? [redactedRecord()] : [payloadPrefix(bytes.length, SALT), bytes];
    this.#counts = countEvent(this.#counts, body);
    this.lines.push(line);
    this.log = Buffer.concat([this.log, line, Buffer.from('\n')]);
    this.sidecar = Buffer.concat([this.sidecar, ...record]);
    return this;
  }

  end(): this {
    return this.add({ body: { kind: 'end', reason: 'client closed', counts: this.#counts } });
  }

  readonly readLog = (offset: number, length: number): Buffer => this.log.subarray(offset, offset + length);

  readonly readPayloads = (offset: number, length: number): Buffer =>
    this.sidecar.subarray(offset, offset + length);

  /** All of it, in an index. */
  index(): GrowingIndex {
    const index = new GrowingIndex(this.readPayloads);
    const reader = readerOf(() => this.log);
    while (reader.readPiece(index));
    return index;
  }
}

/** Reads what of a log is there by now. */
export function readerOf(log: () => Buffer, pieceBytes?: number): LogReader {
  return new LogReader((buffer, offset) => log().copy(buffer, 0, offset), pieceBytes);
}

/** All rows of a timeline. */
export function rowsOf(index: SessionIndex): TimelineRow[] {
  return Array.from({ length: index.rows }, (_, at) => index.row(at));
}

/** Each row in short: what it is of, its events, and what became of it. */
export function inShort(index: SessionIndex): string[] {
  return rowsOf(index).map(({ kind, label, seqs, outcome, wasHeld, micros }) =>
    [
      kind,
      label,
      seqs.join(' '),
      outcome ?? '-',
      ...(wasHeld ? ['held'] : []),
      ...(micros === undefined ? [] : [`${micros / 1_000} ms`]),
    ].join(' | '),
  );
}
