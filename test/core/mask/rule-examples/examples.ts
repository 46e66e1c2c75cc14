/**
 * Tokens of one rule, built by hand from what its vendor documents and not from the rule's own templates: a slip in a
 * template, or in what reads templates, must not repeat itself in its test.
 */
export interface RuleExamples {
  readonly id: string;
  /** Found, each as a whole. */
  readonly positives: readonly [Build, Build, ...Build[]];
  /** Not found: what a person or another vendor might well write. */
  readonly misses: readonly [Build, Build, ...Build[]];
  /** Right in shape, wrong in its checksum; for every rule that has one. */
  readonly forged?: Build;
  /** What stands around a token in text: for rules that go by a name nearby. */
  readonly around?: (token: string) => string;
}

/** Makes a token, or a near miss, when a test runs: no literal may look like a secret. */
export type Build = () => string;

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export const digits = alphabet(DIGITS);
export const letters = alphabet(LOWER + UPPER);
export const lowerAlnum = alphabet(DIGITS + LOWER);
export const upperAlnum = alphabet(DIGITS + UPPER);
export const base62 = alphabet(DIGITS + LOWER + UPPER);
export const hex = alphabet(`${DIGITS}abcdef`);
export const upperHex = alphabet(`${DIGITS}ABCDEF`);
export const base32 = alphabet(`${UPPER}234567`);
export const base64 = alphabet(`${DIGITS}${LOWER}${UPPER}+/`);
export const base64url = alphabet(`${DIGITS}${LOWER}${UPPER}-_`);

export function uuid(seed = 1): string {
  return [8, 4, 4, 4, 12].map((count, i) => hex(count, seed * 7 + i)).join('-');
}

/** `count` characters of `members` that look random; the same for the same seed. Never ends in a sign. */
export function alphabet(members: string): (count: number, seed?: number) => string {
  return (count, seed = 1) => {
    let state = seed * 40_503 + count * 977;
    const next = (): number => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
      return (state ^ (state >>> 13)) >>> 0;
    };
    const text = Array.from({ length: count }, () => members[next() % members.length]).join('');
    return text.replace(/[^A-Za-z0-9]$/, 'k');
  };
}
