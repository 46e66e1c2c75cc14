import type { Encoding } from './finding.ts';
import { unescape } from './unescape.ts';

/** One spelling of one known value, as bytes to search for. */
export interface Spelled {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  /** base64: characters of the first quantum that stand before `bytes` (0, 2 or 3); they also hold a neighbour's bits. */
  readonly lead: number;
  /** Which value, by its number. */
  readonly value: number;
  /** Found only among escapes, which took its edge; elsewhere it says that a match may begin. */
  readonly edgeless?: true;
}

/** A spelling and how it is searched for. */
export interface Pattern extends Spelled {
  /** Which eight bytes of it the gate knows; see `anchorOf`. */
  readonly anchor: number;
}

/** Characters of a base64 quantum that a secret beginning at byte 0, 1 or 2 of it does not determine alone. */
const LEAD = [0, 2, 3] as const;

/**
 * Every encoding a value is searched in: as it is (also with CRLF line ends, with `+` for spaces and as XML and HTML have
 * it), base64 and base64url at each of the three alignments, hex in both cases.
 */
export function spellingsOf(value: Uint8Array, number: number): Spelled[] {
  const plain = plainSpellings(value).map(
    (bytes) => ({ bytes, encoding: 'plain', lead: 0, value: number }) as const,
  );
  return [...plain, ...base64Spellings(value, number), ...hexSpellings(value, number)];
}

/** The same patterns as they look in a text whose escapes were taken out. */
export function unescapedSpellings(spellings: readonly Spelled[]): Spelled[] {
  return spellings.flatMap((escaped) => {
    const { bytes, length, settled } = unescape(escaped.bytes, 0, escaped.bytes.length);
    const whole = isSame(escaped.bytes, bytes, length)
      ? escaped
      : { ...escaped, bytes: bytes.slice(0, length) };
    return escaped.encoding === 'plain' ? [whole, ...edgeless(whole, settled)] : [whole];
  });
}

/** Of a value whose edge a neighbour takes for its own escape so much must be left to be told from other text. */
const SHORTEST_EDGELESS = 8;
const LONGEST_DIGITS = 4;

// The text around a value can swallow its edges: a `%` before it the hex digits it begins with, digits after it the `%`
// that it ends with.
function edgeless({ bytes, encoding, lead, value }: Spelled, settled: number): Spelled[] {
  const cut = settled < bytes.length ? [bytes.subarray(0, settled)] : [];
  for (let n = 1; n <= LONGEST_DIGITS && isHexDigit(bytes[n - 1]); n++) cut.push(bytes.subarray(n));
  const rest = cut.filter(({ length }) => length >= SHORTEST_EDGELESS);
  return rest.map((part) => ({ bytes: part, encoding, lead, value, edgeless: true }));
}

function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9a-f]/i.test(String.fromCharCode(byte));
}

function isSame(a: Uint8Array, b: Uint8Array, length: number): boolean {
  return a.length === length && Buffer.compare(a, b.subarray(0, length)) === 0;
}

/** How XML, HTML and template engines write what is special to them; the quotes each in its own way. */
const QUOTES: readonly Readonly<Record<string, string>>[] = [
  {},
  { '"': '&quot;' },
  { '"': '&quot;', "'": '&#39;' },
  { '"': '&quot;', "'": '&#039;' },
  { '"': '&quot;', "'": '&#x27;' },
  { '"': '&quot;', "'": '&apos;' },
  { '"': '&#34;', "'": '&#39;' },
];
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function plainSpellings(value: Uint8Array): Uint8Array[] {
  const text = Buffer.from(value).toString('latin1');
  const all = new Set([text, text.replaceAll('\n', '\r\n'), text.replaceAll(' ', '+')]);
  if (/[&<>"']/.test(text)) for (const quotes of QUOTES) all.add(withEntities(text, quotes));
  return [...all].map((spelling) => Buffer.from(spelling, 'latin1'));
}

function withEntities(text: string, quotes: Readonly<Record<string, string>>): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? quotes[sign] ?? sign);
}

function base64Spellings(value: Uint8Array, number: number): Spelled[] {
  return LEAD.flatMap((lead, shift) => {
    const encoded = Buffer.concat([new Uint8Array(shift), value]).toString('base64');
    // Characters that only the value's own bits make up: without the lead, the last partial character and padding.
    const whole = Math.floor(((shift + value.length) * 8) / 6);
    const text = encoded.slice(lead, whole);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    const patterns: Spelled[] = [{ bytes: Buffer.from(text), encoding: 'base64', lead, value: number }];
    if (url !== text) patterns.push({ bytes: Buffer.from(url), encoding: 'base64url', lead, value: number });
    return patterns;
  });
}

function hexSpellings(value: Uint8Array, number: number): Spelled[] {
  const hex = Buffer.from(value).toString('hex');
  return [
    { bytes: Buffer.from(hex), encoding: 'hex', lead: 0, value: number },
    { bytes: Buffer.from(hex.toUpperCase()), encoding: 'HEX', lead: 0, value: number },
  ];
}
