/** A set of bytes as a 256-entry table: 1 for a member, 0 otherwise. */
export type ByteClass = Uint8Array;

const DIGIT = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Builds a class from its members, ASCII only. */
export function byteClass(members: string): ByteClass {
  const table = new Uint8Array(256);
  for (let i = 0; i < members.length; i++) table[members.charCodeAt(i)] = 1;
  return table;
}

/** All bytes that are not in `members`. */
export function complement(members: ByteClass): ByteClass {
  return members.map((member) => 1 - member);
}

/** The alphabets that token formats are described in. */
export const CLASSES = {
  digit: byteClass(DIGIT),
  lower: byteClass(LOWER),
  upper: byteClass(UPPER),
  alpha: byteClass(LOWER + UPPER),
  alnum: byteClass(DIGIT + LOWER + UPPER),
  loweralnum: byteClass(DIGIT + LOWER),
  upperalnum: byteClass(DIGIT + UPPER),
  hex: byteClass(`${DIGIT}abcdefABCDEF`),
  lhex: byteClass(`${DIGIT}abcdef`),
  uhex: byteClass(`${DIGIT}ABCDEF`),
  base32: byteClass(`${UPPER}234567`),
  bech32: byteClass('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'),
  word: byteClass(`${DIGIT}${LOWER}${UPPER}_`),
  b64: byteClass(`${DIGIT}${LOWER}${UPPER}+/`),
  b64url: byteClass(`${DIGIT}${LOWER}${UPPER}_-`),
  crypt: byteClass(`${DIGIT}${LOWER}${UPPER}./`),
  tilde: byteClass(`${DIGIT}${LOWER}${UPPER}_-.~`),
  dotted: byteClass(`${DIGIT}${LOWER}${UPPER}_-.`),
  padded: byteClass(`${DIGIT}${LOWER}${UPPER}_-=`),
  percent: byteClass(`${DIGIT}${LOWER}${UPPER}%`),
  b64padded: byteClass(`${DIGIT}${LOWER}${UPPER}+/=`),
  kerberos: byteClass(`${DIGIT}${LOWER}${UPPER}_-.~@:/*$`),
} as const;

export type ClassName = keyof typeof CLASSES;

/**
 * Bytes a token may consist of. All others end a token for certain: no rule reaches back over one of them, which is
 * what lets a stream forget what lies before.
 */
export const TOKEN: ByteClass = byteClass(`${DIGIT}${LOWER}${UPPER}._:~+/=%@$-\\`);

/** ASCII text as bytes. */
export function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
