import { codesOf } from './lex.ts';

/** A word that a table names. */
export interface Entry {
  readonly text: string;
  /** A statement in which it stands is worth a look: what all words of a statement lack, the statement can't say. */
  readonly tells: boolean;
  /** What follows it is a statement of its own. */
  readonly starts: boolean;
}

interface Words {
  readonly telling: Iterable<string>;
  readonly others?: Iterable<string>;
  readonly starters?: Iterable<string>;
}

interface Known {
  readonly entry: Entry;
  readonly codes: Uint8Array;
}

/** Some times as many as there are words, so that most others fall into none that is taken. */
const SLOTS = 8192;

/**
 * The words of some tables, found where they stand in a text, of which the codes are given: of most words it takes a glance to know that they are none, and
 * nothing is made for one that is.
 */
export class Lexicon {
  readonly #slots: (Known[] | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  constructor({ telling, others = [], starters = [] }: Words) {
    const told = new Set(telling);
    const starting = new Set(starters);
    for (const text of new Set([...told, ...starting, ...others]))
      this.#add({ text, tells: told.has(text), starts: starting.has(text) });
  }

  /** What stands there, at least one character. */
  at(codes: Uint8Array, from: number, end: number): Entry | undefined {
    const known = this.#slots[slotOf(codes, from, end)];
    if (known === undefined) return undefined;
    for (const { entry, codes: own } of known) if (standsAt(own, codes, { from, end })) return entry;
    return undefined;
  }

  #add(entry: Entry): void {
    const codes = codesOf(entry.text, new Uint8Array(entry.text.length));
    const slot = slotOf(codes, 0, codes.length);
    (this.#slots[slot] ??= []).push({ entry, codes });
  }
}

function slotOf(codes: Uint8Array, from: number, end: number): number {
  const length = end - from;
  const first = codes[from] as number;
  const middle = codes[from + (length >> 1)] as number;
  const last = codes[end - 1] as number;
  return (first * 31 + middle * 1021 + last * 131 + length * 17) & (SLOTS - 1);
}

function standsAt(own: Uint8Array, codes: Uint8Array, { from, end }: { from: number; end: number }): boolean {
  if (own.length !== end - from) return false;
  for (let at = 0; at < own.length; at += 1) if (own[at] !== codes[from + at]) return false;
  return true;
}
