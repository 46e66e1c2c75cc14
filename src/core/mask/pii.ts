import { byteClass, CLASSES } from './bytes.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';

/** Personal data that can be told by its form. None of it is looked for unless asked. */
export type PiiKind = 'card' | 'iban' | 'email' | 'phone';

/** What is personal at `at`, whose byte is one of the kind's triggers; undefined when nothing is. */
export type PiiMatch = (window: Window, at: number) => Span | undefined;

const SEPARATOR = byteClass(' -');
const MOST_CARD_DIGITS = 19;
const LEAST_CARD_DIGITS = 13;
const ZERO = 0x30;

/** A payment card's number, by its issuer's first digit and Luhn's check digit (ISO/IEC 7812-1). */
export function cardAt(window: Window, at: number): Span | undefined {
  if (!startsHere(window, at) || !/[2-6]/.test(String.fromCharCode(window.peek(at)))) return undefined;
  const digits: number[] = [];
  let end = at;
  for (let i = at; digits.length <= MOST_CARD_DIGITS; i++) {
    const byte = window.peek(i);
    if (CLASSES.digit[byte] === 1) {
      digits.push(byte - ZERO);
      end = i + 1;
    } else if (SEPARATOR[byte] !== 1 || CLASSES.digit[window.peek(i + 1)] !== 1) break;
  }
  const isLong = digits.length >= LEAST_CARD_DIGITS && digits.length <= MOST_CARD_DIGITS;
  return isLong && endsHere(window, end) && new Set(digits).size > 1 && isLuhn(digits)
    ? { start: at, end }
    : undefined;
}

function isLuhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((total, digit, i) => {
    const value = i % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Lengths by country, from the IBAN registry (SWIFT, release 99). */
const IBAN_LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 ' +
    'GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 ' +
    'MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);
const SPACE = 0x20;

/** An international bank account number, by its country's length and its check digits (ISO 13616). */
export function ibanAt(window: Window, at: number): Span | undefined {
  if (!startsHere(window, at) || CLASSES.upper[window.peek(at + 1)] !== 1) return undefined;
  const length = IBAN_LENGTHS.get(String.fromCharCode(window.peek(at), window.peek(at + 1)));
  if (length === undefined) return undefined;
  let text = '';
  let i = at;
  for (; text.length < length; i++) {
    const byte = window.peek(i);
    if (CLASSES.upperalnum[byte] === 1) text += String.fromCharCode(byte);
    else if (byte !== SPACE || text.length % 4 !== 0 || window.peek(i - 1) === SPACE) return undefined;
  }
  return endsHere(window, i) && /^[A-Z]{2}\d\d/.test(text) && isMod97(text)
    ? { start: at, end: i }
    : undefined;
}

// ISO 7064, MOD 97-10, with the first four characters at the end and letters as 10 to 35.
function isMod97(text: string): boolean {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const PHONE_SEPARATOR = byteClass(' -.()');
const MOST_PHONE_DIGITS = 15;
const LEAST_PHONE_DIGITS = 8;
const PLUS = 0x2b;

/** A telephone number in international form (ITU-T E.164): a plus and up to fifteen digits, in groups or not. */
export function phoneAt(window: Window, at: number): Span | undefined {
  if (!startsHere(window, at) || window.peek(at + 1) === ZERO) return undefined;
  let count = 0;
  let end = at + 1;
  let gap = 0;
  for (let i = at + 1; count <= MOST_PHONE_DIGITS && gap < 3; i++) {
    const byte = window.peek(i);
    if (CLASSES.digit[byte] === 1) {
      count++;
      gap = 0;
      end = i + 1;
    } else if (PHONE_SEPARATOR[byte] === 1 && i > at + 1) gap++;
    else break;
  }
  return count >= LEAST_PHONE_DIGITS && count <= MOST_PHONE_DIGITS && endsHere(window, end)
    ? { start: at, end }
    : undefined;
}

const LOCAL = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-');
const DOMAIN = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-');
/** RFC 5321, 4.5.3.1: 64 octets before the sign, 255 after it. */
export const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;
const NAMES = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;
const BEFORE = byteClass('/:@');

/** An e-mail address around the sign at `at`. A login in a URL or for git is none. */
export function emailAt(window: Window, at: number): Span | undefined {
  const start = window.runStart(at, LOCAL, at - LONGEST_LOCAL - 1);
  if (start === at || at - start > LONGEST_LOCAL || BEFORE[window.peek(start - 1)] === 1) return undefined;
  const run = window.runEnd(at + 1, DOMAIN, at + 1 + LONGEST_DOMAIN);
  const domain = window.latin1(at + 1, run).replace(/[.-]+$/, '');
  if (!NAMES.test(domain) || window.latin1(start, at) === 'git') return undefined;
  return { start, end: at + 1 + domain.length };
}

/** From where on an address may begin that goes on past `end`. */
export function openLocal(window: Window, end: number): number {
  return window.runStart(end, LOCAL, end - LONGEST_LOCAL);
}

const IN_NUMBER = byteClass('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_');
const POINT = byteClass('.-/');

function startsHere(window: Window, at: number): boolean {
  const before = window.peek(at - 1);
  return (
    IN_NUMBER[before] !== 1 &&
    before !== PLUS &&
    !(POINT[before] === 1 && CLASSES.digit[window.peek(at - 2)] === 1)
  );
}

function endsHere(window: Window, end: number): boolean {
  const next = window.peek(end);
  return IN_NUMBER[next] !== 1 && !(POINT[next] === 1 && CLASSES.digit[window.peek(end + 1)] === 1);
}
