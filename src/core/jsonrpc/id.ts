import { toText } from '../bytes.ts';
import { decodeJsonString } from './json-string.ts';

/**
 * A string or number as JSON text, all spellings of one value alike. `start`…`end` is the lexeme, of a string without its
 * quotes.
 */
export function idText(raw: Uint8Array, lexeme: { start: number; end: number; isString: boolean }): string {
  const { start, end, isString } = lexeme;
  if (isString) return JSON.stringify(toText(decodeJsonString(raw, start, end)));
  const text = toText(raw.subarray(start, end));
  const value = Number(text);
  // Beyond that a number is not what JavaScript makes of it.
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : text;
}
