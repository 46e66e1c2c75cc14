import type { Counts, Event, SignerRecord } from './event.ts';

/** What is known of a log so far. */
export interface LogSoFar {
  readonly last: Pick<Event, 'kind'> | undefined;
  /** Who the log says will seal it; the latest word. */
  readonly signer: SignerRecord | undefined;
  readonly counts: Counts;
}

/** An event of which no more matters here than its place. */
export interface PlainEvent {
  readonly kind: 'message' | 'output' | 'stderr';
  readonly seq: number;
}

/** Why an event can't be the one of line `seq` (from 0) after those before; undefined: it can. */
export function misplaced(event: Event | PlainEvent, seq: number, log: LogSoFar): string | undefined {
  if (event.seq !== seq) return `has seq ${event.seq}, expected ${seq}`;
  if ((event.kind === 'start') !== (seq === 0)) return seq === 0 ? 'is not the start' : 'is a second start';
  if (hasEnded(log) && event.kind !== 'redact' && event.kind !== 'recovered') return 'comes after the end';
  if (event.kind === 'recovered' && weakens(log, event.signer)) return 'hands the seal to a lesser key';
  if (event.kind === 'redact' && event.target >= seq) return 'redacts what comes after it';
  if (event.kind === 'end' && !sameCounts(event.counts, log.counts))
    return 'counts other events than the log has';
  return undefined;
}

function hasEnded({ last }: LogSoFar): boolean {
  return last?.kind === 'end' || last?.kind === 'redact';
}

function weakens(log: LogSoFar, signer: SignerRecord): boolean {
  return log.signer?.kind === 'device' && signer.kind !== 'device';
}

function sameCounts(a: Counts, b: Counts): boolean {
  return (
    a.to_server === b.to_server &&
    a.to_client === b.to_client &&
    a.findings === b.findings &&
    a.refused === b.refused
  );
}
