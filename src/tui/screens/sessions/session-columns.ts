import type { ListedSession, SessionBadges } from '../../../core/review/source.ts';
import type { Segment } from '../../segments.tsx';
import { type Cells, type Column, laidOut } from '../../table.ts';
import type { Theme } from '../../theme.ts';
import { agoText, dayText } from '../../time-text.ts';

type Name =
  | 'mark'
  | 'ago'
  | 'when'
  | 'kind'
  | 'what'
  | 'who'
  | 'events'
  | 'findings'
  | 'denied'
  | 'held'
  | 'state'
  | 'upload';

const COLUMNS: readonly Column<Name>[] = [
  { name: 'mark', head: '', width: 1, isClose: true },
  { name: 'ago', head: 'WHEN', width: 6, isRight: true },
  { name: 'when', head: 'STARTED, UTC', width: 16, from: 110 },
  { name: 'kind', head: 'KIND', width: 7, from: 76 },
  { name: 'what', head: 'WHAT', width: 12, takesRest: true },
  { name: 'who', head: 'WHO', width: 18, from: 128 },
  { name: 'events', head: 'EVENTS', width: 7, isRight: true, from: 100 },
  { name: 'findings', head: 'FINDINGS', width: 8, isRight: true },
  { name: 'denied', head: 'DENIED', width: 6, isRight: true, from: 60 },
  { name: 'held', head: 'HELD', width: 4, isRight: true, from: 70 },
  { name: 'state', head: 'STATE', width: 10 },
  { name: 'upload', head: 'HUB', width: 8, from: 80 },
];

// What only badges tell would be empty; whose it is matters as much as what it is.
const SHARED: readonly Column<Name>[] = COLUMNS.flatMap((one) => {
  if (one.name === 'who') return { ...one, width: 14, from: 60 };
  return one.name === 'denied' || one.name === 'held' || one.name === 'upload' ? [] : one;
});

/** The columns that a screen of so many cells has room for. */
export function sessionColumns(width: number, { isShared }: { isShared: boolean }): Column<Name>[] {
  return laidOut(isShared ? SHARED : COLUMNS, width);
}

/** A session as a line of the list. */
export function sessionCells(
  one: ListedSession,
  badges: SessionBadges | undefined,
  { theme, now, isChosen }: { theme: Theme; now: number; isChosen: boolean },
): Cells<Name> {
  const started = one.started_at === null ? undefined : Date.parse(one.started_at);
  return {
    mark: { text: isChosen ? '>' : ' ' },
    ago: { text: agoText(started, now) },
    when: { text: dayText(one.started_at), style: theme.quiet },
    kind: { text: one.kind ?? '-', style: theme.quiet },
    what: { text: one.connection ?? '-', style: theme.title },
    who: { text: one.subject ?? '-' },
    events: { text: one.events === null ? '' : String(one.events), style: theme.quiet },
    findings: count(badges?.findings ?? one.findings, theme.masked, theme),
    denied: count(badges?.refused, theme.bad, theme),
    held: count(badges?.holds, theme.warning, theme),
    state: stateCell(one, badges, theme),
    upload: uploadCell(badges, theme),
  };
}

// Unknown is not zero.
function count(value: number | null | undefined, style: Theme['bad'], theme: Theme): Segment {
  if (value === undefined || value === null) return { text: '' };
  return value === 0 ? { text: '·', style: theme.quiet } : { text: String(value), style };
}

/** How a session stands, in a word. A seal that is there is not yet a good one: only verifying says that. */
export function stateCell(
  { state }: ListedSession,
  badges: SessionBadges | undefined,
  theme: Theme,
): Segment {
  if (state === 'open') return { text: '● live', style: theme.good };
  if (state === 'corrupt' || state === 'quarantined') return { text: state, style: theme.bad };
  if (state === 'abandoned') return { text: state, style: theme.warning };
  if (badges?.isSealed === false) return { text: 'unsealed', style: theme.warning };
  return { text: badges?.isSealed === true ? 'sealed' : state };
}

function uploadCell(badges: SessionBadges | undefined, theme: Theme): Segment {
  if (badges === undefined) return { text: '' };
  const { upload } = badges;
  if (upload === 'none') return { text: '·', style: theme.quiet };
  return { text: upload, style: upload === 'uploaded' ? theme.good : theme.warning };
}
