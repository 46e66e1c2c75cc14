import type { Candidate } from './candidate.ts';
import type { Finder } from './finder.ts';
import { cardAt, emailAt, ibanAt, openLocal, phoneAt, type PiiKind, type PiiMatch } from './pii.ts';
import type { Window } from './window.ts';

interface Sort {
  readonly rule: PiiKind;
  readonly why: string;
  readonly match: PiiMatch;
}

const SORTS: Readonly<Record<PiiKind, { readonly triggers: string } & Sort>> = {
  card: { rule: 'card', triggers: '23456', match: cardAt, why: 'it is the number of a payment card' },
  iban: {
    rule: 'iban',
    triggers: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    match: ibanAt,
    why: 'it is an international bank account number',
  },
  email: { rule: 'email', triggers: '@', match: emailAt, why: 'it is an e-mail address' },
  phone: { rule: 'phone', triggers: '+', match: phoneAt, why: 'it is a telephone number' },
};

/** Finds personal data of the kinds asked for. Each byte is looked at once, and from few of them on a bounded number more. */
export class PiiFinder implements Finder {
  from = 0;
  readonly #sortOf: readonly (Sort | undefined)[];
  readonly #hasEmail: boolean;
  #at = 0;

  constructor(kinds: readonly PiiKind[]) {
    const sortOf: (Sort | undefined)[] = Array.from({ length: 256 });
    for (const kind of kinds)
      for (const byte of Buffer.from(SORTS[kind].triggers)) sortOf[byte] = SORTS[kind];
    this.#sortOf = sortOf;
    this.#hasEmail = kinds.includes('email');
  }

  advance(window: Window, found: Candidate[]): void {
    for (let at = this.#at; at < window.end; at++) {
      const sort = this.#sortOf[window.bytes[at] as number];
      if (sort === undefined) continue;
      window.starved = false;
      const span = sort.match(window, at);
      if (window.starved) {
        this.#hold(window, at);
        return;
      }
      if (span === undefined) continue;
      found.push({ ...span, rule: sort.rule, kind: 'structure', why: sort.why });
      at = span.end - 1;
    }
    this.#hold(window, Math.max(this.#at, window.end));
  }

  shift(count: number): void {
    this.#at -= count;
    this.from -= count;
  }

  // What is undecided begins at `at`, or with the local part of an address whose sign is still to come.
  #hold(window: Window, at: number): void {
    this.#at = at;
    const open = this.#hasEmail && !window.final ? openLocal(window, at) : at;
    this.from = Math.max(this.from, open);
  }
}
