import type { SessionIndex } from '../../core/review/session-index.ts';
import type { SessionBadges } from '../../core/review/source.ts';
import { hubTrust, type PinnedHub } from '../hub-trust.ts';
import type { OpenedSession, PagedSession, Sessions } from '../session-port.ts';
import { inTurns } from './in-turns.ts';
import { LogTotals } from './log-totals.ts';

export interface BadgesDeps {
  readonly sessions: Pick<Sessions, 'open'>;
  readonly files: {
    pages(id: string): PagedSession;
    stamp(id: string): string;
    spooled(id: string): Spooled;
  };
  readonly hubs: () => Promise<readonly PinnedHub[]>;
  readonly signal: AbortSignal;
}

/** What the spool says: it is to be uploaded, or the hub would not have it. */
type Spooled = 'waiting' | 'quarantined' | undefined;
type Seal = Pick<OpenedSession, 'checkpoint' | 'signature' | 'receipt'>;

/** What there is to say of sessions in a list, kept until they change. */
export class Badges {
  readonly #deps: BadgesDeps;
  readonly #known = new Map<string, { stamp: string; badges: Promise<SessionBadges> }>();
  /** Of sessions that go on: how far they were counted. */
  readonly #totals = new Map<string, LogTotals>();

  constructor(deps: BadgesDeps) {
    this.#deps = deps;
  }

  of(id: string): Promise<SessionBadges> {
    const { files } = this.#deps;
    const stamp = `${files.stamp(id)} ${files.spooled(id)}`;
    const known = this.#known.get(id);
    if (known?.stamp === stamp) return known.badges;
    const badges = this.#after(known?.badges, id);
    this.#known.set(id, { stamp, badges });
    // What went wrong may go well the next time.
    badges.catch(() => this.#known.delete(id));
    return badges;
  }

  // One after the other: they go on where the one before has come to.
  async #after(before: Promise<unknown> | undefined, id: string): Promise<SessionBadges> {
    await before?.catch(() => undefined);
    const { sessions, files, hubs, signal } = this.#deps;
    const pages = files.pages(id);
    try {
      const seal = sealOf(sessions.open(id));
      const totals = this.#totals.get(id) ?? new LogTotals();
      const counted = await inTurns(totals.count(pages.log), signal);
      const badges = badgesOf(counted, seal, { hubs: await hubs(), spooled: files.spooled(id) });
      if (badges.isSealed) this.#totals.delete(id);
      else this.#totals.set(id, totals);
      return badges;
    } finally {
      pages.close();
    }
  }
}

function sealOf(opened: OpenedSession): Seal {
  opened.close();
  return opened;
}

function badgesOf(
  totals: SessionIndex['totals'],
  seal: Seal,
  known: { hubs: readonly PinnedHub[]; spooled: Spooled },
): SessionBadges {
  const isSealed = seal.checkpoint !== undefined && seal.signature !== undefined;
  return { ...totals, isSealed, upload: uploadState(seal, known) };
}

function uploadState(
  seal: Seal,
  { hubs, spooled }: { hubs: readonly PinnedHub[]; spooled: Spooled },
): SessionBadges['upload'] {
  const isProven = seal.receipt !== undefined && hubTrust(seal, hubs).acceptedAt !== undefined;
  if (isProven) return 'uploaded';
  return spooled === 'quarantined' ? 'partly' : (spooled ?? 'none');
}
