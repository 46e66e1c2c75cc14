import { expect, test } from 'vitest';

import { contextAnchors } from '../../../src/core/mask/context.ts';
import type { Gate } from '../../../src/core/mask/gate.ts';
import { openGate } from '../../../src/core/mask/open-gate.ts';
import { type Literal, LiteralTable, LONGEST_PIECE } from '../../../src/core/mask/literal-table.ts';
import { RUN, SHORTEST_RUN } from '../../../src/core/mask/runs.ts';
import { ScriptGate } from '../../../src/core/mask/script-gate.ts';
import { structureAnchors } from '../../../src/core/mask/structure.ts';
import { vendorAnchors } from '../../../src/core/mask/vendor.ts';
import { VENDOR_RULES } from '../../../src/core/mask/rules/vendors.ts';
import { CLASSES } from '../../../src/core/mask/bytes.ts';
import { WasmGate } from '../../../src/core/mask/wasm-gate.ts';
import { bytes } from './fixtures.ts';

const LITERALS: readonly Literal[] = [
  ...VENDOR_RULES.flatMap(vendorAnchors),
  ...structureAnchors(),
  ...contextAnchors(),
  { literal: 'ab' },
  { literal: 'abab', isExact: true },
  { literal: 'YZ', isExact: true, follows: { members: CLASSES.alnum, min: 2 } },
  { literal: 'bab', follows: { members: CLASSES.lower, min: 30 } },
  { literal: 'xyz', isStart: true, follows: { members: CLASSES.digit, min: 4 } },
];
const table = new LiteralTable(LITERALS);
const fast = openGate(table);
const plain = new ScriptGate(table);

const HOSTILE = [
  'ab',
  'abab',
  'key',
  'xyz1',
  'XYZ12345 ',
  '\\nxyz9999',
  '-----BEGIN ',
  'eyJ',
  'A'.repeat(23),
  'QUFB',
  'a b',
  '\u0000',
  'é',
];

let state = 7;
function next(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const TEXTS: readonly [string, string][] = [
  ['nothing', ''],
  ...HOSTILE.map((unit): [string, string] => [
    JSON.stringify(unit),
    unit.repeat(Math.ceil((2.5 * LONGEST_PIECE) / unit.length)),
  ]),
  [
    'pieces of literals',
    text(60_000, () => LITERALS[next(LITERALS.length)]?.literal.slice(0, 1 + next(8)) ?? ''),
  ],
  ['literals in any case', text(60_000, () => anyCase(LITERALS[next(LITERALS.length)]?.literal ?? ''))],
  ['runs of any length', text(60_000, () => `${'aA0+/_-'.charAt(next(7)).repeat(next(60))} `)],
  ['any bytes', text(40_000, () => String.fromCharCode(next(256)))],
];

test('WebAssembly is what runs here', () => {
  expect(fast).toBeInstanceOf(WasmGate);
});

test.each(TEXTS)('%s: both gates sight what a plain search does', (_, content) => {
  const input = bytes(content);
  for (const final of [true, false]) {
    const expected = searched(input, final);
    expect(sighted(plain, input, { piece: LONGEST_PIECE, final })).toEqual(expected);
    expect(sighted(fast, input, { piece: LONGEST_PIECE, final })).toEqual(expected);
    expect(sighted(fast, input, { piece: 4099, final })).toEqual(expected);
  }
});

test.each(TEXTS)('%s: both gates find the runs that a plain search does', (_, content) => {
  const input = bytes(content);
  const expected = runsOf(input);
  expect(runs(plain, input)).toEqual(expected);
  expect(runs(fast, input)).toEqual(expected);
});

test('runs are found wherever they begin, whatever stands before', () => {
  for (let at = 0; at < 70; at++) {
    for (const length of [23, 24, 25, 40, 41, 63, 64, 65, 104, 128]) {
      for (const before of ['ab+', '']) {
        const input = bytes(
          `${before}${' '.repeat(at)}${'x/'.repeat(64).slice(0, length)} ${'_'.repeat(24)}`,
        );
        expect(runs(fast, input)).toEqual(runsOf(input));
      }
    }
  }
});

test('of every byte both gates say whether it may stand in a run', () => {
  for (let byte = 0; byte < 256; byte++) {
    const input = new Uint8Array(40).fill(byte);
    const expected = RUN[byte] === 1 ? [0] : [];
    for (const gate of [fast, plain]) expect([byte, runs(gate, input)]).toEqual([byte, expected]);
  }
});

test('a literal at the end of what has arrived is sighted at every cut', () => {
  const input = bytes('bababa XYZab12 xyz123 abab Y');
  for (let end = 1; end <= input.length; end++) {
    const cut = input.subarray(0, end);
    for (const gate of [fast, plain])
      expect(sighted(gate, cut, { piece: 100, final: false })).toEqual(searched(cut, false));
  }
});

test('what lies beside the text is not looked at', () => {
  const around = bytes('keykeykey');
  const middle = around.subarray(3, 5);
  for (const gate of [fast, plain])
    expect(gate.sight({ bytes: middle, after: 0, upTo: 2, end: 2, final: true }).pairs).toHaveLength(0);
});

function searched(input: Uint8Array, final: boolean): string[] {
  const content = Buffer.from(input).toString('latin1');
  const folded = content.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: { end: number; number: number; length: number }[] = [];
  for (const [i, item] of LITERALS.entries()) {
    const { literal, isExact } = item;
    const where = isExact === true ? content : folded;
    const what = isExact === true ? literal : literal.toLowerCase();
    for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
      const end = at + what.length;
      if (mayStart(content, at, item) && isFollowed(input, end, { ...item, final }))
        found.push({ end, number: i + 1, length: what.length });
    }
  }
  return found
    .toSorted((a, b) => a.end - b.end || b.length - a.length || a.number - b.number)
    .map(({ end, number }) => `${end}:${number}`);
}

function mayStart(content: string, at: number, { isStart }: Literal): boolean {
  if (isStart !== true || at === 0 || !/[A-Za-z0-9]/.test(content.charAt(at - 1))) return true;
  return /[mK]$|\\.$|%..$|u....$/s.test(content.slice(Math.max(0, at - 5), at));
}

function isFollowed(
  input: Uint8Array,
  end: number,
  { follows, final }: Literal & { final: boolean },
): boolean {
  if (follows === undefined) return true;
  if (final && end + Math.min(32, follows.min) > input.length) return false;
  return input.subarray(end, end + Math.min(32, follows.min)).every((byte) => follows.members[byte] === 1);
}

interface How {
  readonly piece: number;
  readonly final: boolean;
}

function sighted(gate: Gate, input: Uint8Array, { piece, final }: How): string[] {
  const seen: string[] = [];
  for (let after = 0; after < input.length;) {
    const upTo = Math.min(input.length, after + piece);
    const { pairs, reached } = gate.sight({ bytes: input, after, upTo, end: input.length, final });
    expect(reached).toBeGreaterThan(after);
    for (let i = 0; i < pairs.length; i += 2) seen.push(`${pairs[i]}:${pairs[i + 1]}`);
    after = reached;
  }
  return seen;
}

function runs(gate: Gate, input: Uint8Array): number[] {
  const starts: number[] = [];
  let past = 0;
  for (let after = 0; after < input.length;) {
    const upTo = Math.min(input.length, after + LONGEST_PIECE);
    for (const start of gate.runs({ bytes: input, after, upTo, end: input.length, final: true })) {
      if (start < past) continue;
      starts.push(start);
      past = start;
      while (past < input.length && RUN[input[past] ?? 0] === 1) past++;
    }
    after = Math.max(past, upTo);
  }
  return starts;
}

function runsOf(input: Uint8Array): number[] {
  const content = Buffer.from(input).toString('latin1');
  return [...content.matchAll(new RegExp(`[A-Za-z0-9+/_-]{${SHORTEST_RUN},}`, 'g'))].map(
    ({ index }) => index,
  );
}

function text(length: number, part: () => string): string {
  const parts: string[] = [];
  for (let size = 0; size < length;) size += parts[parts.push(part()) - 1]?.length || 1;
  return parts.join('');
}

function anyCase(literal: string): string {
  return literal.replaceAll(/[a-z]/g, (letter) => (next(2) === 0 ? letter.toUpperCase() : letter));
}
