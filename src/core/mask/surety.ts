import { LIMITS } from '../limits.ts';
import type { Hit } from './anchors.ts';
import { ByteMemo } from './byte-memo.ts';
import { byteClass } from './bytes.ts';
import { confidence, mayAccept, SHORTEST_LOOSE } from './claim.ts';
import { textWithoutIssued } from './issued.ts';
import { judge, type ValueKind } from './judge.ts';
import type { NameStrength } from './names.ts';
import { SHORTEST_MIXED } from './ordinary-value.ts';
import { NOT_KEPT, SpanMemo } from './span-memo.ts';
import type { Assigned, Tie } from './tie.ts';
import { isBesideUser, NEAR_BYTES } from './user-beside.ts';
import { latin1, type Span } from './values.ts';
import type { Window } from './window.ts';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/** A name, what it says, and the value that is tied to it. */
export interface Pairing {
  readonly name: Span;
  readonly strength: NameStrength;
  readonly value: Assigned;
}

/** Verdicts on a name and its value, which come again and again in hostile text. */
const sureties = new SpanMemo();
const besides = new SpanMemo();
const STRENGTHS: readonly NameStrength[] = ['field', 'strong', 'weak'];
const NUMBER_OF: Readonly<Record<Tie, number>> = {
  pair: 0,
  env: 1,
  line: 2,
  literal: 3,
  option: 4,
  inline: 5,
  directive: 6,
  setter: 7,
  call: 8,
  near: 9,
};

/** How sure it is that the value of a name is a secret, 0 to 1. */
export function surety(hit: Hit, pairing: Pairing): number {
  const { window } = hit;
  const { name, strength, value } = pairing;
  if (isTooShort(pairing)) return 0;
  const start = Math.max(0, name.start - 1);
  // Where a placeholder ends depends on what follows.
  if (value.start < name.end || window.hasMark(start, value.end)) return suretyOf(hit, pairing).sure;
  const shape = ((value.start - name.start) << 8) | (name.end - start);
  // Of a long value the beginning is judged, and what follows its end.
  const judgedEnd = value.start + LIMITS.judgedBytes;
  const end = Math.min(value.end + 1, judgedEnd);
  const tail = end === judgedEnd ? window.peek(value.end) + 1 : 0;
  const aside = ((shape * 10 + NUMBER_OF[value.tie]) * 3 + STRENGTHS.indexOf(strength)) * 257 + tail;
  let kept = NOT_KEPT;
  const known = sureties.get(window, { start, end, aside }, () => {
    const { sure, isAlone } = suretyOf(hit, pairing);
    kept = sure;
    return isAlone ? sure : NOT_KEPT;
  });
  return known === NOT_KEPT ? kept : known;
}

/** Nothing shorter looks random, nor like credentials in base64. */
const SHORTEST_RANDOM = 8;

function isTooShort({ strength, value: { tie, start, end } }: Pairing): boolean {
  if (strength === 'weak' && end - start < SHORTEST_RANDOM) return true;
  return tie === 'near' && end - start < (strength === 'field' ? SHORTEST_MIXED : SHORTEST_LOOSE);
}

interface Verdict {
  readonly sure: number;
  /** Nothing was looked at but the name, the value and the bytes beside them. */
  readonly isAlone: boolean;
}

function suretyOf(hit: Hit, { name, strength, value }: Pairing): Verdict {
  const { window } = hit;
  const { tie } = value;
  const isHarmless = kinds.get(window.bytes, value, () => harmless(judged(hit, value)));
  if (isHarmless !== undefined && !mayAccept(strength, isHarmless)) return { sure: 0, isAlone: true };
  const content = judged(hit, value);
  // Password=…; among other settings: a connection string.
  const isSetting = (tie === 'inline' || tie === 'option') && isAmongSemicolons(window, { name, value });
  const kind = isUserInfo(content) ? 'random' : (isHarmless ?? judge(content));
  let isAlone = true;
  const sure = confidence({
    name: latin1(window, name.start, name.end),
    strength,
    tie,
    content,
    kind,
    isSetting,
    isBesideUser: () => {
      isAlone = false;
      return isBeside(window, name.start);
    },
  });
  return { sure, isAlone };
}

function isBeside(window: Window, at: number): boolean {
  const before = { start: Math.max(0, at - NEAR_BYTES), end: at, aside: 0 };
  return besides.get(window, before, () => (isBesideUser(window, at) ? 1 : 0)) === 1;
}

const BEFORE_END = byteClass('"\'\r\n\0&');

// …;Password=x; and …;Password=x where the text or string ends.
function isAmongSemicolons(window: Window, { name, value }: { name: Span; value: Span }): boolean {
  if (window.peek(value.start - 1) !== EQUALS) return false;
  if (window.peek(value.end) === SEMICOLON) return true;
  return window.peek(name.start - 1) === SEMICOLON && BEFORE_END[window.peek(value.end)] === 1;
}

/** What is no secret by itself, of values that come again and again. Others are not kept. */
const kinds = new ByteMemo<ValueKind>();
const HARMLESS: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'empty',
  'reference',
  'dummy',
  'common',
  'plain',
  'words',
]);

function harmless(content: string): ValueKind | undefined {
  const kind = judge(content);
  return HARMLESS.has(kind) && !isUserInfo(content) ? kind : undefined;
}

// Basic credentials: RFC 7617, and `auth` in the files of npm and docker.
function isUserInfo(content: string): boolean {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(content)) return false;
  return /^[\x21-\x7e]{1,64}:[\x20-\x7e]{3,}$/.test(Buffer.from(content, 'base64').toString('latin1'));
}

// What is left of a value without the placeholders in it, and no more of it than is judged.
function judged({ window, around }: Hit, { start, end }: Span): string {
  const judgedEnd = Math.min(end, start + LIMITS.judgedBytes);
  return textWithoutIssued(window, { start, end: judgedEnd }, around.issuedEnd);
}
