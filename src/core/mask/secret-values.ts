import { judge } from './judge.ts';
import { isDrawnLetters } from './known-pieces.ts';
import { isPath } from './path.ts';

/**
 * True for a value that can be one: not a path, a number, a flag, a plain word, an address or a reference to somewhere
 * else. Such a value as a known secret would blank half of all ordinary text.
 */
export function isSecretValue(value: string): boolean {
  if (value.length < 6 || isPath(value) || isAddress(value)) return false;
  if (/^[\d.,:-]+$/.test(value) && value.length < 10) return false;
  if (/^[a-z]+$/i.test(value) && value.length < 16) return !isWord(value);
  return !/^(?:\$\{?\w+\}?|<[^>]*>|\{\{.*\}\}|op:\/\/.*|vault:.*)$/.test(value);
}

// Of addresses only webhooks are secrets as a whole.
function isAddress(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && !/\bhooks?\b|webhook/i.test(value);
}

function isWord(value: string): boolean {
  const kind = judge(value);
  return kind !== 'random' && kind !== 'mixed' && !isDrawnLetters(value);
}

/**
 * The password inside a URL's userinfo, as written; undefined when there is none. Signs that end the userinfo are put up
 * with in the password, as by the drivers that read such URLs.
 */
export function passwordInUrl(value: string): string | undefined {
  const strict = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:([^/?#]+)@/i.exec(value)?.[1];
  if (strict !== undefined) return strict;
  return /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:(?!\d*(?:[/?#]|$))(.+)@[^@/?#]/i.exec(value)?.[1];
}
