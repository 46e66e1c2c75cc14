import { GrowingIndex } from '../../core/review/growing-index.ts';
import type { SessionIndex } from '../../core/review/session-index.ts';
import type { SessionBadges } from '../../core/review/source.ts';
import type { Slices } from '../../core/slices.ts';
import { hubTrust, type PinnedHub } from '../hub-trust.ts';
import type { OpenedSession } from '../session-port.ts';
import { inTurns } from './in-turns.ts';

export interface BadgesInput {
  readonly opened: OpenedSession;
  readonly hubs: readonly PinnedHub[];
  /** What the spool says: it is to be uploaded, or the hub would not have it. */
  readonly spooled: 'waiting' | 'quarantined' | undefined;
  readonly signal: AbortSignal;
}

/** What there is to say of a session in the list. Goes through all of its log. */
export async function badgesOf({ opened, hubs, spooled, signal }: BadgesInput): Promise<SessionBadges> {
  const { checkpoint, signature } = opened;
  return {
    ...(await inTurns(totals(opened), signal)),
    isSealed: checkpoint !== undefined && signature !== undefined,
    upload: uploadState(opened, hubs, spooled),
  };
}

function uploadState(
  opened: OpenedSession,
  hubs: readonly PinnedHub[],
  spooled: BadgesInput['spooled'],
): SessionBadges['upload'] {
  if (opened.receipt !== undefined && hubTrust(opened, hubs).acceptedAt !== undefined) return 'uploaded';
  if (spooled === 'quarantined') return 'partly';
  return spooled ?? 'none';
}

const LINES_AT_ONCE = 64;

function* totals({ lines }: OpenedSession): Slices<SessionIndex['totals']> {
  const index = new GrowingIndex();
  let offset = 0;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    index.append(line, offset);
    offset += line.length + 1;
    if (index.events % LINES_AT_ONCE === 0) yield;
  }
  return index.totals;
}
