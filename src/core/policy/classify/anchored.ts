import { Anchors, INNER, LOOK } from './anchors.ts';
import { ANY, isGlob, isSeparator, mayFind } from './secret-files.ts';
import { SECRET_ENDINGS } from './secret-tables.ts';
import { BLANK, BREAK, isDropped, KINDS, MARK, SPECIAL } from './shell-kinds.ts';
import { SHELL_TELLING, SQL_TELLING } from './words.ts';

// Of each of these words, which a text may hold in parts or as a part, one run of inner characters that it can't do without.
function runsOf(words: readonly string[], between: RegExp): Set<string> {
  const whole = new Set(words.filter((word) => !between.test(word)));
  const parted = words.filter((word) => between.test(word)).map((word) => word.split(between));
  const parts = parted.filter((runs) => !runs.some((run) => whole.has(run)));
  return new Set([...whole, ...parts.flatMap((runs) => runs.find((run) => run.length > 2) ?? [])]);
}

const SQL_KINDS = new Uint8Array(256).fill(INNER, 0x80);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789_') SQL_KINDS[character.charCodeAt(0)] = INNER;

// `db` is MongoDB's.
const SQL_ANCHORS = new Anchors({ words: [...runsOf(SQL_TELLING, /[^a-z0-9_]+/), 'db'], kinds: SQL_KINDS });

/** Whether a text can say anything as SQL. */
export function mayBeSql(text: string, codes: Uint8Array): boolean {
  // Behind the number in MySQL's `/*!50000` a word begins.
  return SQL_ANCHORS.standIn(codes, text.length) || text.includes('/*!');
}

const SHELL_KINDS = KINDS.map((kind, code) => {
  if (kind === SPECIAL || isGlob(code)) return LOOK;
  return kind === MARK || kind === BLANK || kind === BREAK ? 0 : INNER;
});

/** Whether a text can say anything as a shell's commands. */
export const SHELL_ANCHORS = new Anchors({
  words: runsOf(SHELL_TELLING, /[./=@:*?[\s,<;|&(){}`'"$\\>]+/),
  endings: SECRET_ENDINGS,
  kinds: SHELL_KINDS,
  looks: (codes, at, length) =>
    isGlob(codes[at] as number) ? mayGlob(codes, at) : mayJoin(codes, at, length),
});

/** Longer patterns find nothing. */
const GLOB_CHARACTERS = 64;

// What a pattern begins with says whether it may find a file of secrets. Quotes are taken off.
function mayGlob(codes: Uint8Array, at: number): boolean {
  let first = at;
  for (let before = at - 1; before >= 0 && before >= at - 2 * GLOB_CHARACTERS; before -= 1) {
    const code = codes[before] as number;
    const kind = KINDS[code];
    if (isSeparator(code) || kind === BLANK || kind === BREAK) break;
    if (kind !== SPECIAL) first = before;
    // What stands in quotes is read by itself as well.
    else if (mayFind(codes[first] as number, ANY)) return true;
  }
  return mayFind(codes[first] as number, ANY);
}

// What is no letter and stands between some may join two parts of a word: `c"a"t`, `c\at`, `c$@at`.
function mayJoin(codes: Uint8Array, at: number, length: number): boolean {
  const before = at === 0 ? BLANK : (KINDS[codes[at - 1] as number] as number);
  const after = at + 1 === length ? BLANK : (KINDS[codes[at + 1] as number] as number);
  const code = codes[at];
  if (code === GREATER) return false;
  if (code === BACKSLASH) return before !== BLANK && before !== BREAK;
  if (code === DOLLAR && isDropped(codes, at + 1, length)) return true;
  // An ending is told by the dot before it: `server.'pem'`.
  const isJoined = isOfWord(before) || codes[at - 1] === DOT;
  return isJoined && (code === DOLLAR || isOfWord(after));
}

function isOfWord(kind: number): boolean {
  return kind !== BLANK && kind !== BREAK && kind !== MARK;
}

const DOLLAR = 0x24;
const DOT = 0x2e;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;
