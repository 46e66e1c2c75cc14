import type { ApprovalSource } from '../core/approvals/source.ts';
import type { Look } from '../tui/theme.ts';
import type { ReviewedSession, ReviewSource } from '../core/review/source.ts';
import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { boundYoungHeap, OF_SCREEN } from '../platform/young-heap.ts';
import { ApprovalPlaces } from './approval-places.ts';
import { withReviewSource } from './compose-review.ts';
import { Interrupted } from './interrupted.ts';
import { screenLook } from './screen-look.ts';
import type { Terminal } from './terminal.ts';

export interface ReviewOptions {
  readonly session?: string | undefined;
  readonly follow: boolean;
  readonly hub: boolean;
  readonly profile?: string | undefined;
  readonly json: boolean;
}

/** `review`: on a terminal, until somebody leaves it. Throws ERR_USAGE where there is none. */
export async function openReview(options: ReviewOptions, terminal: Terminal): Promise<void> {
  refuseFollowingHub(options);
  requireScreen(options, terminal);
  const look = screenLook();
  boundYoungHeap(OF_SCREEN);
  // What would be told while the screen is up is told after it: it would run into what is seen.
  const notes = new Set<string>();
  const note = (line: string): void => void notes.add(line);
  try {
    await withReviewSource({ ...options, note }, async (source) => {
      const first = await firstSession(source, options);
      await show(source, first, { options, look, note });
    });
  } finally {
    for (const line of notes) terminal.note(line);
  }
}

function refuseFollowingHub({ follow, hub }: ReviewOptions): void {
  if (!follow || !hub) return;
  throw new HallpassError(
    'ERR_USAGE',
    'what a hub has is seen as it was when it was opened: nothing is followed there',
    {
      hint: 'hallpass review --follow stays with a session on the machine that records it; hallpass review --hub shows what a hub has of it by now.',
    },
  );
}

function requireScreen({ json, session, hub }: ReviewOptions, terminal: Terminal): void {
  const { variables } = readEnvironment();
  const isThere = terminal.stdinIsTty && terminal.stdoutIsTty && variables['TERM'] !== 'dumb';
  if (isThere && !json) return;
  const where = hub ? ' --hub' : '';
  const instead = `hallpass sessions show ${session ?? 'last'}${where}${json ? ' --json' : ''} prints a session${session === undefined ? `, hallpass sessions list${where} all of them` : ''}.`;
  const isTerminal = terminal.stdinIsTty && terminal.stdoutIsTty;
  const lack = isTerminal ? 'this one has no screen (TERM=dumb)' : 'this is none';
  const why = json ? 'review is a screen, and no screen is JSON' : `review needs a terminal, and ${lack}`;
  throw new HallpassError('ERR_USAGE', why, { hint: instead });
}

async function firstSession(
  source: ReviewSource,
  { session, follow }: ReviewOptions,
): Promise<ReviewedSession | undefined> {
  if (session !== undefined) return source.open(session);
  if (!follow) return undefined;
  for await (const one of source.list()) if (one.state === 'open') return source.open(one.session);
  return undefined;
}

async function show(
  source: ReviewSource,
  first: ReviewedSession | undefined,
  { options, look, note }: { options: ReviewOptions; look: Look; note: (line: string) => void },
): Promise<void> {
  const [{ showReview }, { canOpenBrowser, openBrowser }] = await Promise.all([
    import('../tui/screens/review/show.tsx'),
    import('../platform/browser.ts'),
  ]);
  const environment = readEnvironment();
  const places = new ApprovalPlaces({ profile: options.profile }, note);
  try {
    const sources: ApprovalSource[] = [];
    if (!options.hub) for await (const one of places) sources.push(one);
    const open = canOpenBrowser(environment) ? openBrowser : undefined;
    const approvals = sources.length === 0 ? undefined : { sources, now: Date.now, open };
    const { interrupted } = await showReview(
      { source, first, follows: options.follow, approvals, now: Date.now },
      look,
    );
    if (interrupted) throw new Interrupted();
  } finally {
    places.close();
  }
}
