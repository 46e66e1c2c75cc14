import { type Choose, chooser } from '../helpers/spell-json.ts';

/** Choices for one case: the same for the same seed and number, whatever cases came before. */
export function choicesOf(seed: number, number: number): Choose {
  return chooser(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35));
}

export function pick<T>(choose: Choose, from: readonly [T, ...T[]]): T {
  return from[choose(from.length)] ?? from[0];
}

/** `count` characters of `alphabet`. */
export function letters(choose: Choose, alphabet: string, count: number): string {
  return Array.from({ length: count }, () => alphabet[choose(alphabet.length)]).join('');
}

export const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
