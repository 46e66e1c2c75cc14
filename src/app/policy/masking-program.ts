import { LIMITS } from '../../core/limits.ts';
import { byteClass } from '../../core/mask/bytes.ts';
import type { PatternLiteral } from '../../core/mask/central/pattern.ts';

/** An instruction of a compiled pattern, as re2js has it (RE2's `prog.h`). */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  /** Pairs of first and last character, or a single one. */
  readonly runes: ArrayLike<number>;
}

export interface Program {
  readonly inst: readonly Instruction[];
  readonly start: number;
}

/** What can be told of a pattern's matches without a text. */
export interface ProgramFacts {
  /** Bytes; `Infinity` for what goes on as long as it likes. */
  readonly longest: number;
  readonly shortest: number;
  readonly literals: readonly PatternLiteral[];
  readonly lead: number;
  readonly first: Uint8Array;
  /** It asks where the text or a line begins or ends. */
  readonly hasEnds: boolean;
}

const OP = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  empty: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  any: 10,
};
/** Bits of an empty-width instruction: begin and end of line and text. */
const ENDS = 1 | 2 | 4 | 8;
const FOLD_CASE = 1;
const SHORTEST_LITERAL = 3;
const LONGEST_LITERAL = 32;

/** Reads a compiled pattern. */
export function factsOf(program: Program): ProgramFacts {
  const { inst, start } = program;
  const lengths = lengthsFrom(program);
  const { longest, shortest } = lengths(start);
  const hasEnds = inst.some(({ op, arg }) => op === OP.empty && (arg & ENDS) !== 0);
  const first = firstBytes(program);
  if (longest === Infinity) return { longest, shortest, literals: [], lead: 0, first, hasEnds };
  return { longest, shortest, ...literalsOf(program), first, hasEnds };
}

interface Lengths {
  readonly longest: number;
  readonly shortest: number;
}

const NEVER: Lengths = { longest: -Infinity, shortest: Infinity };
const ENDLESS = Infinity;

// A loop in the program is a repetition without a bound.
function lengthsFrom(program: Program): (at: number) => Lengths {
  const known = new Map<number, Lengths>();
  const open = new Set<number>();
  const visit = (at: number): Lengths => {
    const done = known.get(at);
    if (done !== undefined) return done;
    if (open.has(at)) return { longest: ENDLESS, shortest: Infinity };
    open.add(at);
    const instruction = program.inst[at];
    const here = instruction === undefined ? NEVER : joined(instruction, visit);
    open.delete(at);
    known.set(at, here);
    return here;
  };
  return visit;
}

function joined(instruction: Instruction, visit: (at: number) => Lengths): Lengths {
  if (instruction.op === OP.match) return { longest: 0, shortest: 0 };
  const ways = nextOf(instruction).map(visit);
  const size = sizeOf(instruction);
  const longest = Math.max(-Infinity, ...ways.map((way) => way.longest));
  const shortest = Math.min(Infinity, ...ways.map((way) => way.shortest));
  return { longest: longest + size.most, shortest: shortest + size.least };
}

function nextOf({ op, out, arg }: Instruction): number[] {
  if (op === OP.match || op === OP.fail) return [];
  return op === OP.alt || op === OP.altMatch ? [out, arg] : [out];
}

function isRune({ op }: Instruction): boolean {
  return op >= OP.rune && op <= OP.any + 1;
}

// In UTF-8.
function sizeOf(instruction: Instruction): { least: number; most: number } {
  if (!isRune(instruction)) return { least: 0, most: 0 };
  const { runes, op } = instruction;
  if (op >= OP.any) return { least: 1, most: 4 };
  const all = Array.from(runes);
  const most = utf8Length(Math.max(...all));
  if (!isFolded(instruction)) return { least: utf8Length(Math.min(...all)), most };
  return { least: 1, most: isLatin(all[0] ?? 0) ? most : 4 };
}

// Letters that differ in case may differ in length: k has the Kelvin sign, s the long s.
function isLatin(rune: number): boolean {
  return rune < 0x80 && !/[ks]/i.test(String.fromCharCode(rune));
}

function isFolded({ arg, op, runes }: Instruction): boolean {
  return op === OP.rune && runes.length === 1 && (arg & FOLD_CASE) !== 0;
}

function utf8Length(rune: number): number {
  if (rune < 0x80) return 1;
  if (rune < 0x800) return 2;
  return rune < 0x1_0000 ? 3 : 4;
}

function firstBytes({ inst, start }: Program): Uint8Array {
  const first = byteClass('');
  const seen = new Set<number>();
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const instruction = inst[at];
    if (instruction === undefined || seen.has(at)) continue;
    seen.add(at);
    if (isRune(instruction)) addFirst(first, instruction);
    else waiting.push(...nextOf(instruction));
  }
  return first;
}

function addFirst(first: Uint8Array, instruction: Instruction): void {
  const ranges = Array.from(instruction.runes);
  if (instruction.op >= OP.any) ranges.splice(0, ranges.length, 0, 0x10_ffff);
  if (ranges.length === 1) ranges.push(ranges[0] ?? 0);
  if (isFolded(instruction)) {
    const text = String.fromCodePoint(ranges[0] ?? 0);
    for (const one of [text.toLowerCase(), text.toUpperCase()]) first.set([1], one.charCodeAt(0) & 0xff);
  }
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const [from = 0, to = 0] = [ranges[i], ranges[i + 1]];
    if (from < 0x80) first.fill(1, from, Math.min(to, 0x7f) + 1);
    if (to >= 0x80) first.fill(1, 0x80);
  }
}

/** Characters that stand in a row in each match that comes by the first of them. */
interface Chain extends PatternLiteral {
  readonly head: number;
}

// The literals that a match can't go around: without their instructions there would be none.
function literalsOf(program: Program): { literals: readonly PatternLiteral[]; lead: number } {
  const chains = program.inst.flatMap((_, head) => chainAt(program, head));
  const useful = withoutInner(chains, program).toSorted((a, b) => a.text.length - b.text.length);
  if (canMatchWithout(program, new Set(useful.map(({ head }) => head)))) return { literals: [], lead: 0 };
  let kept = useful;
  for (const chain of useful) {
    const fewer = kept.filter((other) => other !== chain);
    if (!canMatchWithout(program, new Set(fewer.map(({ head }) => head)))) kept = fewer;
  }
  if (kept.length > LIMITS.maskingLiterals) return { literals: [], lead: 0 };
  const before = bytesBefore(program);
  const lead = Math.max(...kept.map(({ head }) => before.get(head) ?? 0));
  return { literals: kept.map(({ text, isExact }) => ({ text, isExact })), lead };
}

function chainAt({ inst }: Program, head: number): Chain[] {
  let text = '';
  let isExact = true;
  for (let at = head; text.length < LONGEST_LITERAL;) {
    const instruction = inst[at];
    const letter = instruction === undefined ? undefined : asciiOf(instruction);
    if (instruction === undefined || letter === undefined) break;
    text += letter;
    isExact &&= !isFolded(instruction);
    at = skipped(inst, instruction.out);
  }
  return text.length < SHORTEST_LITERAL ? [] : [{ head, text, isExact }];
}

function asciiOf({ op, runes }: Instruction): string | undefined {
  const [first = 0, last = first] = [runes[0], runes[1]];
  if ((op !== OP.rune && op !== OP.rune1) || runes.length > 2 || first !== last) return undefined;
  return first > 0x20 && first < 0x7f ? String.fromCharCode(first) : undefined;
}

function skipped(inst: readonly Instruction[], from: number): number {
  let at = from;
  for (let here = inst[at]; here !== undefined && PASSED.has(here.op); here = inst[at]) at = here.out;
  return at;
}

const PASSED = new Set([OP.capture, OP.nop]);

// Of `secret` not also `ecret`, unless something else leads there, too.
function withoutInner(chains: readonly Chain[], { inst }: Program): Chain[] {
  const ways = new Map<number, number>();
  for (const next of inst.flatMap(nextOf)) ways.set(next, (ways.get(next) ?? 0) + 1);
  const long = chains.filter(({ text }) => text.length < LONGEST_LITERAL);
  const behind = new Set(long.map(({ head }) => inst[head]?.out));
  return chains.filter(({ head }) => ways.get(head) !== 1 || !behind.has(head));
}

function canMatchWithout({ inst, start }: Program, blocked: ReadonlySet<number>): boolean {
  const seen = new Set<number>();
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const instruction = inst[at];
    if (instruction === undefined || seen.has(at) || blocked.has(at)) continue;
    if (instruction.op === OP.match) return true;
    seen.add(at);
    waiting.push(...nextOf(instruction));
  }
  return false;
}

// The most that may stand before each instruction, in the order in which all before it are known.
function bytesBefore({ inst, start }: Program): Map<number, number> {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (at: number): void => {
    const instruction = inst[at];
    if (instruction === undefined || seen.has(at)) return;
    seen.add(at);
    for (const next of nextOf(instruction)) visit(next);
    order.push(at);
  };
  visit(start);
  const before = new Map([[start, 0]]);
  for (const at of order.toReversed()) {
    const instruction = inst[at];
    if (instruction === undefined) continue;
    const after = (before.get(at) ?? 0) + sizeOf(instruction).most;
    for (const next of nextOf(instruction)) before.set(next, Math.max(before.get(next) ?? 0, after));
  }
  return before;
}
