import { LIMITS } from '../../limits.ts';
import type { DefinitionKind, Fields, SeenDefinition } from './definition.ts';
import { differenceOf, type FieldChange } from './difference.ts';

/** A definition as it was when somebody, or the first use, took it for good. */
export interface Pin {
  /** Masked. */
  readonly name: string;
  readonly skeleton: string;
  readonly digest: string;
  /** Masked; missing where it was too long to keep. */
  readonly fields?: Fields | undefined;
  /** The server has stopped listing it. */
  readonly gone?: true | undefined;
  /** When a person accepted it, milliseconds since 1970; missing: it was there first. */
  readonly accepted?: number | undefined;
  /** No session has told of that yet. */
  readonly unreported?: true | undefined;
}

/** A definition that is other than it was, or new, and that nobody has accepted. */
export interface Unaccepted extends Pick<Pin, 'name' | 'skeleton' | 'digest' | 'fields'> {
  readonly change: 'changed' | 'added';
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** What is known of one connection's definitions. Keys are those of `keyOf`. */
export interface PinBook {
  readonly version: 1;
  /** How many pages of each list were pinned on first use; `all` once its end was reached. */
  readonly pages: Readonly<Partial<Record<DefinitionKind, number | 'all'>>>;
  readonly pins: Readonly<Record<string, Pin>>;
  readonly pending: Readonly<Record<string, Unaccepted>>;
}

export const EMPTY_BOOK: PinBook = { version: 1, pages: {}, pins: {}, pending: {} };

/** Where one connection's pins are kept. */
export interface PinStore {
  /** What is kept now, also where another process has written it. */
  read(): PinBook;
  /** Changes it as a whole, one process at a time. */
  update(change: (book: PinBook) => PinBook): PinBook;
  /** Calls when it may have changed, until the function returned is called. Missing: nobody else writes it. */
  watch?(changed: () => void): () => void;
}

/** A page of a list, or the instructions, as a server gave them. */
export interface SeenPage {
  readonly what: DefinitionKind;
  readonly seen: readonly SeenDefinition[];
  /** How many pages of its listing came before it; undefined: it is not known which listing that is. */
  readonly depth: number | undefined;
  /** Nothing comes after it. */
  readonly isLast: boolean;
  /** Keys of all that this listing has listed so far. */
  readonly listed: ReadonlySet<string>;
}

/** Something to be told of definitions. */
export interface Difference {
  readonly change: 'changed' | 'added' | 'removed';
  readonly key: string;
  readonly name: string;
  readonly digest: string;
  readonly fields: readonly FieldChange[];
  /** No session has told of it yet. */
  readonly isNew: boolean;
}

export interface Compared {
  readonly book: PinBook;
  /** The book is another one than before. */
  readonly isOther: boolean;
  /** How many were pinned, this being their first use. */
  readonly pinned: number;
  readonly differences: readonly Difference[];
}

export function keyOf({ what, id }: { readonly what: DefinitionKind; readonly id: string }): string {
  return `${what}:${id}`;
}

/**
 * Holds a page against what is pinned. What is seen for the first time is pinned for as long as its list has not been
 * read to the end once, or further than now; from then on what is new or other waits until somebody accepts it. So does
 * from the first what is distrusted.
 */
export function comparePage(book: PinBook, page: SeenPage, { now, distrusts }: Judging): Compared {
  const draft = { pins: { ...book.pins }, pending: { ...book.pending }, room: roomIn(book) };
  const outcomes = page.seen.map((one) => compareOne(one, draft, { book, page, now, distrusts }));
  const differences = outcomes.filter((outcome) => typeof outcome === 'object');
  const removed = page.isLast && page.depth !== undefined ? removedFrom(draft, page) : [];
  const pages = saysNothing(page) ? book.pages : { ...book.pages, [page.what]: pagesAfter(book, page) };
  const isOther =
    removed.length > 0 ||
    pages[page.what] !== book.pages[page.what] ||
    outcomes.some((outcome) => outcome !== 'same' && (typeof outcome !== 'object' || outcome.isNew)) ||
    Object.keys(draft.pending).length !== Object.keys(book.pending).length;
  const pinned = outcomes.filter((outcome) => outcome === 'pinned').length;
  return {
    book: { version: 1, pages, pins: draft.pins, pending: draft.pending },
    isOther,
    pinned,
    differences: [...differences, ...removed],
  };
}

export interface Judging {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What is not taken for good unless a person has accepted it. */
  readonly distrusts: (one: SeenDefinition) => boolean;
}

interface Draft extends Kept {
  /** How many more may be kept. */
  readonly room: { pins: number; pending: number };
}

interface Kept {
  readonly pins: Record<string, Pin>;
  readonly pending: Record<string, Unaccepted>;
}

type Outcome = 'same' | 'back' | 'pinned' | Difference;

function compareOne(
  one: SeenDefinition,
  { pins, pending, room }: Draft,
  { book, page, now, distrusts }: Judging & { book: PinBook; page: SeenPage },
): Outcome {
  const key = keyOf(one);
  const pin = pins[key];
  const isDistrusted = pin?.accepted === undefined && distrusts(one);
  if (pin?.digest === one.digest && !isDistrusted) {
    const isBack = pin.gone === true || pending[key] !== undefined;
    delete pending[key];
    if (isBack) pins[key] = { ...pin, gone: undefined };
    return isBack ? 'back' : 'same';
  }
  if (pin === undefined && !isDistrusted && isFirstUse(book, page) && room.pins > 0) {
    pins[key] = kept(one);
    room.pins -= 1;
    return 'pinned';
  }
  if (isDistrusted) delete pins[key];
  const difference = unaccepted(one, pins[key], pending[key]);
  if (pending[key] === undefined) room.pending -= 1;
  if (room.pending >= 0) pending[key] = waiting(one, difference, pending[key]?.since ?? now);
  return difference;
}

/** Takes what waits for good, where it is still what was shown. */
export function acceptPending(
  book: PinBook,
  shown: Readonly<Record<string, Unaccepted>>,
  now: number,
): PinBook {
  const pins = { ...book.pins };
  const pending = { ...book.pending };
  for (const [key, { digest }] of Object.entries(shown)) {
    const waits = pending[key];
    if (waits?.digest !== digest) continue;
    const { name, skeleton, fields } = waits;
    pins[key] = { name, skeleton, digest, fields, accepted: now, unreported: true };
    delete pending[key];
  }
  return { ...book, pins, pending };
}

/** What was accepted and no session has told of yet, and the book once it has. */
export function reported(book: PinBook): { accepted: readonly [string, Pin][]; book: PinBook } {
  const accepted = Object.entries(book.pins).filter(([, { unreported }]) => unreported === true);
  const pins = Object.fromEntries(accepted.map(([key, pin]) => [key, { ...pin, unreported: undefined }]));
  return { accepted, book: { ...book, pins: { ...book.pins, ...pins } } };
}

// A list that was never read to its end has pages that nobody has seen.
function isFirstUse({ pages }: PinBook, { what, depth }: SeenPage): boolean {
  const read = pages[what] ?? 0;
  return read !== 'all' && (depth === undefined || depth >= read);
}

// Many servers list nothing before they know who asks: what they list then is the first.
function saysNothing({ what, listed }: SeenPage): boolean {
  return what !== 'instructions' && listed.size === 0;
}

function pagesAfter({ pages }: PinBook, { what, depth = 0, isLast }: SeenPage): number | 'all' {
  const read = pages[what] ?? 0;
  if (read === 'all' || isLast) return 'all';
  return Math.max(read, depth + 1);
}

function roomIn({ pins, pending }: PinBook): Draft['room'] {
  const most = LIMITS.pinnedDefinitions;
  return { pins: most - Object.keys(pins).length, pending: most - Object.keys(pending).length };
}

function kept({ name, skeleton, digest, fields }: SeenDefinition): Pin {
  return { name, skeleton, digest, fields: short(fields) };
}

function short(fields: Fields | undefined): Fields | undefined {
  if (fields === undefined) return undefined;
  const size = Object.entries(fields).reduce((sum, [at, text]) => sum + at.length + text.length, 0);
  return size <= LIMITS.pinTextChars ? fields : undefined;
}

function unaccepted(one: SeenDefinition, pin: Pin | undefined, known: Unaccepted | undefined): Difference {
  return {
    change: pin === undefined ? 'added' : 'changed',
    key: keyOf(one),
    name: one.name,
    digest: one.digest,
    fields:
      pin !== undefined && pin.fields === undefined ? [{ at: '' }] : differenceOf(pin?.fields, one.fields),
    isNew: known?.digest !== one.digest,
  };
}

function waiting(one: SeenDefinition, { change }: Difference, since: number): Unaccepted {
  const { name, skeleton, digest, fields } = one;
  const how = change === 'added' ? 'added' : 'changed';
  return { name, skeleton, digest, fields: short(fields), change: how, since };
}

// It stays pinned: what comes back has to be what it was.
function removedFrom({ pins, pending }: Kept, { what, listed }: SeenPage): Difference[] {
  const isOfList = (key: string): boolean => key.startsWith(`${what}:`) && !listed.has(key);
  for (const key of Object.keys(pending)) if (isOfList(key)) delete pending[key];
  return Object.entries(pins).flatMap(([key, pin]) => {
    if (!isOfList(key) || pin.gone === true) return [];
    pins[key] = { ...pin, gone: true };
    const { name, digest } = pin;
    return [{ change: 'removed' as const, key, name, digest, fields: [], isNew: true }];
  });
}
