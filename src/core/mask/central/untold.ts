import type { Window } from '../window.ts';
import type { CentralPattern } from './pattern.ts';

/** A literal as bytes, in lower case unless it is exact, and how far before it a match may begin. */
interface Known {
  readonly bytes: Uint8Array;
  readonly isExact: boolean;
  readonly lead: number;
}

interface Table {
  readonly literals: readonly Known[];
  /** What literals begin with, in either case. */
  readonly first: Uint8Array;
  readonly longest: number;
  readonly lead: number;
}

const tables = new WeakMap<readonly CentralPattern[], Table>();

/**
 * From where on a match may begin by a literal that was not told of: those that end at `told` or before were. What stands
 * there already has to be the beginning of one, so that a stream is held up by little else than matches.
 */
export function untoldFrom(patterns: readonly CentralPattern[], window: Window, told: number): number {
  const { literals, first, longest, lead } = tableOf(patterns);
  let least = Math.max(0, window.end - lead);
  for (let at = Math.max(0, told - longest + 1); at < window.end; at++) {
    if (first[window.bytes[at] as number] !== 1) continue;
    for (const literal of literals)
      if (at + literal.bytes.length > told && begins(window, at, literal))
        least = Math.min(least, at - literal.lead);
  }
  return Math.max(0, least);
}

function begins({ bytes, end }: Window, at: number, literal: Known): boolean {
  const length = Math.min(literal.bytes.length, end - at);
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i] as number;
    if ((literal.isExact ? byte : lower(byte)) !== literal.bytes[i]) return false;
  }
  return true;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function tableOf(patterns: readonly CentralPattern[]): Table {
  const known = tables.get(patterns);
  if (known !== undefined) return known;
  const literals = patterns.flatMap(({ literals: own, lead }) =>
    own.map(({ text, isExact }) => ({
      bytes: Buffer.from(isExact ? text : text.toLowerCase()),
      isExact,
      lead,
    })),
  );
  const first = new Uint8Array(256);
  for (const { bytes, isExact } of literals) {
    const [byte = 0] = bytes;
    first[byte] = 1;
    if (!isExact && byte >= 0x61 && byte <= 0x7a) first[byte & ~0x20] = 1;
  }
  const made = {
    literals,
    first,
    longest: Math.max(0, ...literals.map(({ bytes }) => bytes.length)),
    lead: Math.max(0, ...literals.map(({ lead }) => lead)),
  };
  tables.set(patterns, made);
  return made;
}
