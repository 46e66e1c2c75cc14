// Of each character what it does to the word that it stands in; all but the last three belong to it.
export const LETTER = 1;
export const DIGIT = 2;
/** Between parts of a word, which tables name one by one, or of a pattern. */
export const MARK = 4;
/** A blank that does not end a word, perhaps. */
export const ODD = 8;
export const BLANK = 16;
export const BREAK = 32;
export const SPECIAL = 64;
/** What a word ends at, or has to be read more closely for. */
export const ENDS = BLANK | BREAK | SPECIAL;
/** By code. What is not ASCII may be a blank. */
export const KINDS = new Uint8Array(256).fill(LETTER, 0, 0x80).fill(ODD, 0x80);
for (const character of '0123456789') KINDS[character.charCodeAt(0)] = DIGIT;
for (const character of './=@:*?[') KINDS[character.charCodeAt(0)] = MARK;
for (const character of '\v\f') KINDS[character.charCodeAt(0)] = ODD;
for (const character of ' \t\r<,') KINDS[character.charCodeAt(0)] = BLANK;
for (const character of ';|&\n(){}`') KINDS[character.charCodeAt(0)] = BREAK;
for (const character of `'"$\\>`) KINDS[character.charCodeAt(0)] = SPECIAL;

const DROPPED = new Set(Array.from("i{@*#?!-'0123456789", (character) => character.charCodeAt(0)));

/** Whether what a dollar sign stands before is not what it seems, perhaps: `$IFS`, `$@`, `$'…'`. Other variables stay. */
export function isDropped(codes: Uint8Array, next: number, length: number): boolean {
  return next < length && DROPPED.has(codes[next] as number);
}
