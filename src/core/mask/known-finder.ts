import { byteClass } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import type { Finder } from './finder.ts';
import type { GluedTokens } from './glued.ts';
import type { KnownMatch } from './known-match.ts';
import { BASE64, quantaOf, quantumBefore } from './known-quanta.ts';
import type { KnownValues } from './known-values.ts';
import type { Window } from './window.ts';

/** Finds known values in every encoding. */
export class KnownFinder implements Finder {
  from = 0;
  readonly #known: KnownValues;
  readonly #tokens: GluedTokens;
  /** Where the search resumes; `from` lies up to a base64 quantum before it. */
  #resume = 0;

  constructor(known: KnownValues, tokens: GluedTokens) {
    this.#known = known;
    this.#tokens = tokens;
  }

  advance(window: Window, found: Candidate[]): void {
    const { matches, open } = this.#known.search(
      window.bytes,
      { from: this.#resume, end: window.end },
      window.final,
    );
    let resume = open;
    const candidates: { candidate: Candidate; start: number }[] = [];
    for (const match of matches) {
      window.starved = false;
      const candidate = toCandidate(window, match, this.#known.bytesOf(match));
      const tokens = match.encoding === 'plain' ? this.#tokens.from(window, match.end) : [];
      if (window.starved) resume = Math.min(resume, this.#beforeEscape(window, match.start));
      else candidates.push({ candidate, start: match.start });
      for (const token of tokens) candidates.push({ candidate: token, start: match.start });
    }
    for (const { candidate, start } of candidates) if (start < resume) found.push(candidate);
    this.#resume = resume;
    const from = window.final || this.#known.size === 0 ? resume : quantumBefore(window, resume);
    this.from = Math.max(this.from, from);
  }

  // The search goes on where no escape is cut: a value may begin with what ends one, as `E5…` after a `%`.
  #beforeEscape({ bytes }: Window, at: number): number {
    let from = at;
    for (let i = at - 1; i >= Math.max(this.#resume, at - LONGEST_ESCAPE); i--)
      if (SIGN[bytes[i] as number] === 1) from = i;
    return from;
  }

  shift(count: number): void {
    this.#resume -= count;
    this.from -= count;
  }
}

/** So far back an escape may begin that goes on where a match begins. */
const LONGEST_ESCAPE = 24;
const SIGN = byteClass('\\%');

function toCandidate(window: Window, match: KnownMatch, value: Uint8Array): Candidate {
  const { start, end, encoding, escaped, lead, part } = match;
  const upTo = match.wrapped ? window.runEnd(end, BASE64, end + LONGEST_LINE) : end;
  const spot = { rule: 'known', kind: 'known', start, end, upTo, why: reason(match) } as const;
  const finding = { ...spot, value };
  if (encoding === 'plain') return part ? finding : { ...finding, exact: true };
  if (encoding === 'hex' || encoding === 'HEX') return { ...finding, spelling: { as: 'hex', encoding } };
  const quanta = quantaOf(window, match);
  if (quanta === undefined) return spot;
  return { ...finding, ...quanta, spelling: { as: 'quanta', encoding, escaped, lead } };
}

/** Encoders that break lines break shorter ones. */
const LONGEST_LINE = 128;

function reason(match: KnownMatch): string {
  const how = match.encoding === 'plain' ? '' : `, ${match.encoding.toLowerCase()} encoded`;
  return `the value of ${match.source}${how}`;
}
