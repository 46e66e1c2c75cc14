import { LIMITS } from '../limits.ts';
import { isWeakSecret, judge } from './judge.ts';
import { randomBits } from './randomness.ts';

/** Whether a value is found in no ordinary text. `sure`: somebody said that it is a secret. */
export function isTelling(value: string, sure: boolean): boolean {
  return isTellingAddress(value, sure) || isVaried(value) || isDrawnLetters(value) || !isWeakSecret(value);
}

const LONG_NUMBER = 16;

/**
 * Digits, as of a card or an account, also in groups: enough of them to be searched for, where they stand alone. `sure`:
 * somebody said that it is a secret.
 */
export function isTellingNumber(value: string, sure: boolean): boolean {
  if (!/^\+?\d+(?:[ .-]\d+)*$/.test(value)) return false;
  const digits = value.replaceAll(/\D/g, '');
  return new Set(digits).size >= 4 && digits.length >= (sure ? LIMITS.shortKnownBytes : LONG_NUMBER);
}

/** Of random letters 19 in 20 give more bits than this, of words one in 50. */
const BITS_OF_WORDS = -2;

/** Letters alone, drawn and not spelled: their pairs are not those of words. */
export function isDrawnLetters(value: string): boolean {
  return /^[A-Za-z]+$/.test(value) && judge(value) === 'words' && randomBits(value) > BITS_OF_WORDS;
}

const LONG_VALUE = 16;
const MANY_CHARACTERS = 10;

/**
 * Long and varied enough to be found in no ordinary text, though it has a sign in it as references and examples have. A
 * name or a reference as a whole is not.
 */
function isVaried(value: string): boolean {
  if (value.length < LONG_VALUE || new Set(value).size < MANY_CHARACTERS || !/[^A-Za-z_. -]/.test(value))
    return false;
  const kind = judge(value);
  return (kind === 'reference' || kind === 'dummy') && !/^(?:\$|%|<|\{\{|[\w.]+$)/.test(value);
}

const SHORTEST_ADDRESS = 24;

/** A webhook's address is a secret as a whole; so is a path or a version when somebody says so. */
function isTellingAddress(value: string, sure: boolean): boolean {
  if (value.length < SHORTEST_ADDRESS || judge(value) !== 'plain') return false;
  return sure || /^https?:\/\/./i.test(value);
}

/**
 * What a value stands for that is written with escapes, as keys in environment variables and passwords in URLs are: others
 * have it decoded.
 */
export function decodedForms(value: string): string[] {
  const forms = [
    ...(value.includes('\\') ? [fromJson(value)] : []),
    ...(value.includes('%') ? [fromPercent(value)] : []),
  ];
  return forms
    .map((form) => form?.trim() ?? '')
    .filter((form) => form !== value && Buffer.byteLength(form) >= LIMITS.shortKnownBytes);
}

function fromJson(value: string): string | undefined {
  try {
    return JSON.parse(`"${value}"`) as string;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fromPercent(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

const SHORTEST_LINE = 24;
const MOST_LINES = 256;

/** The lines of a value that are secrets by themselves: of a key of many lines each tells much. */
export function tellingLines(value: string): Uint8Array[] {
  if (!value.includes('\n')) return [];
  const lines = value
    .split('\n', MOST_LINES)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----') && !isWeakSecret(line));
  return [...new Set(lines)].map((line) => Buffer.from(line));
}

/** A very long value is searched for in pieces, so that no stream has to hold back more than one of them. */
export function pieces(bytes: Uint8Array): Uint8Array[] {
  const size = LIMITS.knownPieceBytes;
  if (bytes.length <= size) return [bytes];
  const count = Math.ceil(bytes.length / size);
  const each = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * each, (i + 1) * each));
}
