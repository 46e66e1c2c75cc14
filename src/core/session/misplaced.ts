import type { AmendmentBody, Counts, Event, SignerRecord } from './event.ts';

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
  if (hasEnded(log) && !isAmendment(event) && event.kind !== 'recovered') return 'comes after the end';
  if (event.kind === 'recovered' && weakens(log, event.signer)) return 'hands the seal to a lesser key';
  if (isAmendment(event)) return amiss(event, seq, log);
  if (event.kind === 'end' && !sameCounts(event.counts, log.counts))
    return 'counts other events than the log has';
  return undefined;
}

/** It is added to a session that has ended. */
export function isAmendment<E extends Pick<Event, 'kind'>>(
  event: E,
): event is E & { readonly kind: AmendmentBody['kind'] } {
  return event.kind === 'redact' || event.kind === 'note';
}

function hasEnded({ last }: LogSoFar): boolean {
  return last !== undefined && (last.kind === 'end' || isAmendment(last));
}

function amiss(event: AmendmentBody, seq: number, log: LogSoFar): string | undefined {
  if (!hasEnded(log)) return 'comes before the end';
  if (event.target !== undefined && event.target >= seq)
    return event.kind === 'redact' ? 'redacts what comes after it' : 'is about what comes after it';
  // Whatever amends a session, its seal is not to be worth more than it was, nor less.
  const stays = event.signer === undefined || (isOfSession(event.signer) && isOfSession(log.signer));
  return stays ? undefined : 'hands the seal to a key of another kind';
}

function isOfSession(signer: SignerRecord | undefined): boolean {
  return signer?.kind === 'ephemeral';
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
