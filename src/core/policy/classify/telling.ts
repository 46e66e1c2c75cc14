import { isGlob, isSeparator, mayFind, PATH_CHARACTERS } from './secret-files.ts';
import { ENDINGS, SHELL_WORDS } from './words.ts';

/** No table has any part of a word … */
export const NOTHING = 0;
/** … some table has one, which says something beside others … */
export const BESIDE = 1;
/** … or it may say something by itself. */
export const TELLS = 2;
type Told = typeof NOTHING | typeof BESIDE | typeof TELLS;

/**
 * What a word of a shell's command may be there for, of which the codes are given: one of its parts (`of` of `of=/dev/sda`, `env`
 * of `/usr/bin/env`) is in a table, or it may name a file of secrets.
 */
export function toldBy(codes: Uint8Array, from: number, end: number): Told {
  // Of what is too long for a path some end may be one.
  if (end - from > PATH_CHARACTERS) return TELLS;
  let told: Told = NOTHING;
  let start = from;
  for (let at = from; at <= end; at += 1) {
    const code = at < end ? (codes[at] as number) : EQUALS;
    if (!isSeparator(code)) continue;
    const part = at > start ? toldByPart(codes, start, at) : NOTHING;
    if (part === TELLS) return TELLS;
    // An assignment, perhaps.
    if (part === BESIDE || (at < end && code === EQUALS)) told = BESIDE;
    start = at + 1;
  }
  return told;
}

function toldByPart(codes: Uint8Array, from: number, end: number): Told {
  const known = SHELL_WORDS.at(codes, from, end);
  if (known?.tells === true || mayNameSecrets(codes, from, end)) return TELLS;
  return known !== undefined || codes[from] === HYPHEN ? BESIDE : NOTHING;
}

function mayNameSecrets(codes: Uint8Array, from: number, end: number): boolean {
  let dot = -1;
  for (let at = from; at < end; at += 1) {
    const code = codes[at] as number;
    if (code === DOT) dot = at;
    else if (isGlob(code) && mayFind(codes[from] as number, codes[end - 1] as number)) return true;
  }
  if (dot <= from) return false;
  return mayBegin(codes, from) || (dot + 1 < end && ENDINGS.at(codes, dot + 1, end) !== undefined);
}

// `.env.production`; and `db.`, by which MongoDB's shell is told.
function mayBegin(codes: Uint8Array, from: number): boolean {
  const first = codes[from];
  const second = codes[from + 1];
  return (first === DOT && second === SMALL_E) || (first === SMALL_D && second === SMALL_B);
}

const HYPHEN = 0x2d;
const DOT = 0x2e;
const EQUALS = 0x3d;
const SMALL_B = 0x62;
const SMALL_D = 0x64;
const SMALL_E = 0x65;
