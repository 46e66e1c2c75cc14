import { AnchorFinder } from './anchor-finder.ts';
import type { AnchorSet } from './anchors.ts';
import type { Candidate } from './candidate.ts';
import { CentralFinder } from './central/central-finder.ts';
import { type CentralPattern, sweepsAnything } from './central/pattern.ts';
import { byStart, joinOverlapping, startingAt, takenApart } from './edits.ts';
import type { Finder, Surroundings } from './finder.ts';
import { EncodedFinder, type Inside } from './encoded-finder.ts';
import { FieldFinder } from './field-finder.ts';
import { FileFinder } from './file-finder.ts';
import { GluedTokens } from './glued.ts';
import { GluedFinder } from './glued-finder.ts';
import { KnownFinder } from './known-finder.ts';
import type { TextContext } from './finding.ts';
import type { KnownValues } from './known-values.ts';
import { isBroken, withoutIssued } from './issued.ts';
import { Landmarks } from './landmarks.ts';
import { type Profile, THRESHOLDS } from './profile.ts';
import { ManifestFinder } from './manifest-finder.ts';
import type { PiiKind } from './pii.ts';
import { PiiFinder } from './pii-finder.ts';
import { TableFinder } from './table-finder.ts';
import { Window } from './window.ts';

/** What a scan needs: the rules, the known values, and how to tell an issued placeholder. */
export interface Engine {
  readonly anchors: AnchorSet;
  readonly known: KnownValues;
  /** `mask` when absent. */
  readonly profile?: Profile;
  /** Personal data that is looked for, too; none when absent. */
  readonly pii?: readonly PiiKind[];
  /** Patterns of a policy, whose literals are among the anchors. */
  readonly patterns?: readonly CentralPattern[];
  /** End of the issued placeholder that begins at `at`, or -1. */
  readonly issuedEnd: (bytes: Uint8Array, at: number, end: number) => number;
}

/** How many encodings deep a secret is looked for. */
const DEEPEST = 2;

/** What is known of a text before it is looked at. */
export interface ScanOptions {
  /** How many encodings it lay in. */
  readonly depth?: number;
  /** All of it is there, and it is one line: it holds no table and no document. Most strings of a message are of that kind. */
  readonly isLine?: boolean;
  /** All of it is there. */
  readonly isWhole?: boolean;
}

/** One text on its way through the finders; whole texts and streams alike. */
export class Scan {
  readonly #engine: Engine;
  readonly #finders: readonly Finder[];
  /** Decided, but perhaps overlapped by what is still to come. */
  #waiting: Candidate[] = [];

  constructor(
    engine: Engine,
    context: TextContext,
    { depth = 0, isLine = false, isWhole = isLine }: ScanOptions = {},
  ) {
    this.#engine = engine;
    this.#finders = findersFor(engine, context, { depth, isLine, isWhole });
  }

  /** The findings that nothing later can change, joined and sorted, and how far the window is settled. */
  advance(window: Window): { found: Candidate[]; settled: number } {
    for (const finder of this.#finders) finder.advance(window, this.#waiting);
    const from = this.#finders.reduce((least, finder) => Math.min(least, finder.from), window.end);
    if (this.#waiting.length === 0) return { found: [], settled: from };
    const { issuedEnd } = this.#engine;
    this.#waiting = this.#waiting.filter((candidate) => !isBroken(window, candidate, issuedEnd));
    this.#waiting.sort(byStart);
    return this.#settle(window, from);
  }

  /** The window dropped its first `count` bytes. */
  shift(count: number): void {
    for (const finder of this.#finders) finder.shift(count);
    this.#waiting = this.#waiting.map((c) => movedBack(c, count));
  }

  // What is still to come begins at `from` or later: what ends there or before can't be overlapped any more.
  #settle(window: Window, from: number): { found: Candidate[]; settled: number } {
    const joined = joinOverlapping(this.#waiting);
    const open = window.final ? undefined : joined.find((candidate) => candidate.end > from);
    const settled = open === undefined ? from : Math.min(from, open.start);
    const ready = open === undefined ? joined : joined.slice(0, joined.indexOf(open));
    this.#waiting = open === undefined ? [] : partsFrom(this.#waiting, open.start);
    const apart = ready.flatMap((candidate) => takenApart(window.bytes, candidate));
    const found = apart.flatMap((candidate) => withoutIssued(window, candidate, this.#engine.issuedEnd));
    return { found, settled };
  }
}

// Of a whole text of one line, those that could find something.
function findersFor(
  engine: Engine,
  context: TextContext,
  { depth, isLine, isWhole }: Required<ScanOptions>,
): Finder[] {
  const { anchors, known, pii = [], patterns = [] } = engine;
  const around: Surroundings = {
    context,
    ...asked(engine),
    headers: [],
    marks: [],
    landmarks: new Landmarks(isWhole),
    lastBegin: (window, from, to) => tokens.lastBegin(window, from, to),
  };
  const tokens = new GluedTokens(anchors, known, around);
  const finders: Finder[] = [];
  if (!isLine || context.field !== undefined) finders.push(new FieldFinder(around));
  const ofFile = FileFinder.for(around);
  if (ofFile !== undefined) finders.push(ofFile);
  if (pii.length > 0) finders.push(new PiiFinder(pii));
  const literals = new AnchorFinder(anchors, tokens, around);
  finders.push(literals);
  if (patterns.length > 0) finders.push(new CentralFinder(patterns, literals, around));
  // After the rules, which tell them what they came by.
  if (!isLine) finders.push(new ManifestFinder(around), new TableFinder(around));
  if (!isLine || depth < DEEPEST)
    finders.push(new EncodedFinder(anchors.gate, insideOf(engine, depth + 1), around.threshold));
  finders.push(new GluedFinder(tokens, around));
  if (!isWhole || known.size > 0) finders.push(new KnownFinder(known, tokens));
  return finders;
}

type Asked = Omit<Surroundings, 'context' | 'headers' | 'marks' | 'landmarks' | 'lastBegin'>;
const askedOf = new WeakMap<Engine, Asked>();

// What rules may ask an engine, whatever the text.
function asked(engine: Engine): Asked {
  const done = askedOf.get(engine);
  if (done !== undefined) return done;
  const { known, issuedEnd, profile = 'mask' } = engine;
  const made = {
    issuedEnd,
    threshold: THRESHOLDS[profile],
    shortKnown: (token: string): string | undefined => known.shortSource(token),
    knowsShort: (): boolean => known.shortSize > 0,
  };
  askedOf.set(engine, made);
  return made;
}

const LF = 0x0a;
/** Longer texts mostly hold something to look at, and would be searched twice. */
const SHORT_TEXT = 512;

/** True for a short text that holds nothing that any finder would look at, as most strings of a message do: by the gate alone. */
export function isClean({ anchors, known, pii = [], patterns = [] }: Engine, bytes: Uint8Array): boolean {
  const end = bytes.length;
  if (end > SHORT_TEXT || known.size > 0 || pii.length > 0 || bytes.includes(LF)) return false;
  const piece = { bytes, after: 0, upTo: end, end, final: true };
  if (anchors.gate.sight(piece).pairs.length > 0 || anchors.gate.runs(piece).length > 0) return false;
  return !sweepsAnything(patterns, bytes);
}

function movedBack(candidate: Candidate, count: number): Candidate {
  const { start, end, upTo = end } = candidate;
  return { ...candidate, start: start - count, end: end - count, upTo: upTo - count };
}

function partsFrom(candidates: readonly Candidate[], start: number): Candidate[] {
  const rest = candidates.filter((candidate) => candidate.end > start);
  return rest.map((candidate) => startingAt(candidate, start));
}

// What a base64 or hex token decodes to is a text of its own.
function insideOf(engine: Engine, depth: number): Inside {
  return (decoded) => {
    if (depth > DEEPEST || isClean(engine, decoded)) return [];
    const options = { depth, isLine: !decoded.includes(LF), isWhole: true };
    return new Scan(engine, {}, options).advance(new Window(decoded, true)).found;
  };
}
