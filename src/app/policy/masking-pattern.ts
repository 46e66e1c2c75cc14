import { MatcherInput, RE2JS, RE2JSException } from 're2js';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { CentralPattern, PatternMatch } from '../../core/mask/central/pattern.ts';
import { factsOf, type Program, type ProgramFacts } from './masking-program.ts';

/** Shorter ones would hide what any text is full of. */
const SHORTEST_MATCH = 3;
const UNANCHORED = 0;

export interface PatternSource {
  readonly regex: string;
  /** Bytes. */
  readonly maxLength: number;
}

/**
 * Compiles a pattern of RE2's syntax. If it has groups, what the first of them that took part holds is hidden, else all of
 * the match.
 *
 * @throws {HallpassError} ERR_CONFIG what RE2 has not, a match without a longest length, one too short or too long
 */
export function compilePattern({ regex, maxLength }: PatternSource): Omit<CentralPattern, 'rule' | 'why'> {
  const compiled = compiledBy(regex);
  const re2 = compiled.re2();
  // The library types it as anything; masking-program.ts says what of it is read.
  const program = re2.prog as Program;
  if (program.inst.length > LIMITS.maskingInstructions)
    throw refused(`it is too large: over ${LIMITS.maskingInstructions} steps`);
  const facts = factsOf(program);
  check(facts, maxLength);
  const { longest, literals, lead, first } = facts;
  const groups = 1 + compiled.groupCount();
  return {
    longest,
    literals,
    lead,
    first,
    find: (bytes, from, end) => {
      const at = firstOf(bytes, { from, end, first });
      const input = MatcherInput.utf8(bytes);
      // Whether it matches at all is ten times as fast to tell as where.
      if (at === end || !re2.matchMachineInput(input, at, end, UNANCHORED, 0)[0]) return undefined;
      const found = re2.matchMachineInput(input, at, end, UNANCHORED, groups);
      return matchOf(found[1] as readonly number[]);
    },
  };
}

/** Whether any of several patterns matches somewhere, in one pass; undefined: together they are too large for that. */
export function anyOf(regexes: readonly string[]): ((bytes: Uint8Array) => boolean) | undefined {
  if (regexes.length < 2) return undefined;
  const re2 = RE2JS.compile(regexes.map((regex) => `(?:${regex})`).join('|')).re2();
  if ((re2.prog as Program).inst.length > LIMITS.maskingInstructions) return undefined;
  return (bytes) => re2.matchWithGroup(bytes, 0, bytes.length, UNANCHORED, 0)[0] === true;
}

// Pairs of start and end: the match, then its groups, -1 where one took no part.
function matchOf(places: readonly number[]): PatternMatch {
  const [start = -1, end = -1] = places;
  for (let at = 2; at + 1 < places.length; at += 2) {
    const secret = { start: places[at] ?? -1, end: places[at + 1] ?? -1 };
    if (secret.start !== -1 && secret.end > secret.start) return { start, end, secret };
  }
  return { start, end, secret: { start, end } };
}

function firstOf(
  bytes: Uint8Array,
  { from, end, first }: { from: number; end: number; first: Uint8Array },
): number {
  let at = from;
  while (at < end && first[bytes[at] as number] !== 1) at++;
  return at;
}

function compiledBy(regex: string): RE2JS {
  try {
    return RE2JS.compile(regex);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw refused(
      `${error.message}; patterns are RE2's, which takes linear time: no backreferences, no looking around`,
    );
  }
}

function check({ longest, shortest, hasEnds }: ProgramFacts, maxLength: number): void {
  if (hasEnds)
    throw refused('^ and $ are not for a pattern that is looked for anywhere in a text: write \\b');
  if (longest === Infinity)
    throw refused('its matches have no longest length: write {0,40} in place of *, and {1,40} in place of +');
  if (longest > maxLength)
    throw refused(`its matches may have ${longest} bytes, and max_length is ${maxLength}`);
  if (shortest < SHORTEST_MATCH)
    throw refused(`its matches may be as short as ${shortest} bytes: at least ${SHORTEST_MATCH}`);
}

function refused(why: string): HallpassError {
  return new HallpassError('ERR_CONFIG', why);
}
