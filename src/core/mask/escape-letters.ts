import { CLASSES } from './bytes.ts';

/** Control characters to the letter of their JSON escape, all else to itself. */
export const LETTER_OF = Uint8Array.from({ length: 256 }, (_, byte) => byte);
for (const [control, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr']) LETTER_OF[ord(control)] = ord(letter);

function ord(character: string | undefined): number {
  return character?.charCodeAt(0) ?? 0;
}

export const NOT_HEX = 0xff;
/** What a digit counts; `NOT_HEX` for what is none. */
export const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, byte) =>
  CLASSES.hex[byte] === 1 ? Number.parseInt(String.fromCharCode(byte), 16) : NOT_HEX,
);

/** Whether it is a digit of an escape. */
export function isHex(byte: number | undefined): boolean {
  return byte !== undefined && HEX_VALUE[byte] !== NOT_HEX;
}

/** A character, or half of a pair of UTF-16, as UTF-8 would have it. */
export function utf8(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 0x3f),
    0x80 | ((code >> 6) & 0x3f),
    0x80 | (code & 0x3f),
  ];
}
