import { LIMITS } from '../limits.ts';
import { byteClass } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import { fieldConfidence } from './field-value.ts';
import { type NameStrength, nameStrength } from './names.ts';
import type { Window } from './window.ts';

const BLANK = byteClass(' \t\r\n');
const SCHEME = /^(?:bearer|basic|token|apikey|bot|jwt|digest|negotiate)[ \t]+(?=\S)/i;

/** Judges a text as the value of the field that holds it whole. */
export class FieldFinder implements Finder {
  readonly #strength: NameStrength | undefined;
  readonly #field: string;
  readonly #around: Surroundings;
  #from = 0;
  #verdict: Candidate | undefined;
  #isJudged: boolean;

  constructor(around: Surroundings) {
    this.#field = around.context.field ?? '';
    this.#strength = this.#field === '' ? undefined : nameStrength(this.#field);
    this.#isJudged = this.#strength === undefined;
    this.#around = around;
  }

  /** `Infinity` when the field says nothing: then this finder holds nothing back. */
  get from(): number {
    return this.#strength === undefined ? Number.POSITIVE_INFINITY : this.#from;
  }

  advance(window: Window, found: Candidate[]): void {
    if (this.#strength === undefined) return;
    if (!this.#isJudged) {
      if (!window.final && window.end < LIMITS.candidateBytes) return;
      this.#verdict = this.#judge(window, this.#strength);
      this.#isJudged = true;
    }
    this.#claim(window, found);
  }

  shift(count: number): void {
    this.#from -= count;
  }

  // A value past the size limit is hidden in pieces of that size.
  #claim(window: Window, found: Candidate[]): void {
    const verdict = this.#verdict;
    if (verdict === undefined) {
      this.#from = window.end;
      return;
    }
    for (;;) {
      const end = Math.min(this.#from + LIMITS.candidateBytes, window.end);
      if (end === this.#from || (end - this.#from < LIMITS.candidateBytes && !window.final)) return;
      const start = this.#from === 0 ? verdict.start : this.#from;
      found.push({
        ...verdict,
        start,
        end: window.final && end === window.end ? trimmedEnd(window, start) : end,
      });
      this.#from = end;
    }
  }

  #judge(window: Window, strength: NameStrength): Candidate | undefined {
    const begin = window.runEnd(0, BLANK, window.end);
    const limit = Math.min(window.end, LIMITS.candidateBytes);
    const text = Buffer.from(window.bytes.buffer, window.bytes.byteOffset + begin, limit - begin)
      .toString('latin1')
      .trimEnd();
    const skipped = SCHEME.exec(text)?.[0].length ?? 0;
    const value = text.slice(skipped);
    const source = this.#around.shortKnown(value);
    const span = { start: begin + skipped, end: begin + skipped + value.length };
    if (source !== undefined) return { ...span, rule: 'known', kind: 'known', why: `the value of ${source}` };
    const sure = fieldConfidence(value, strength);
    if (sure === 0 || sure < this.#around.threshold) return undefined;
    return {
      ...span,
      rule: 'secret_field',
      kind: 'field',
      why: 'it is the value of a field with a credential’s name',
    };
  }
}

function trimmedEnd(window: Window, start: number): number {
  let end = window.end;
  while (end > start && BLANK[window.bytes[end - 1] as number] === 1) end--;
  return end;
}
