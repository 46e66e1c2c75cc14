import { LIMITS } from '../limits.ts';
import type { Anchor, Hit } from './anchors.ts';
import { type Assigned, type Tie, valueAfter } from './assignment.ts';
import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { cookieValues } from './cookies.ts';
import { textWithoutIssued } from './issued.ts';
import { judge, type ValueKind } from './judge.ts';
import { type NameStrength, nameStrength, splitName } from './names.ts';
import { SERVICES } from './services.ts';
import type { Window } from './window.ts';

/** Every credential name holds one of these. */
const KEYWORDS = [
  'pass',
  'pwd',
  'secret',
  'token',
  'key',
  'cred',
  'auth',
  'bearer',
  'salt',
  'jwt',
  'dsn',
  'psw',
  'access',
  'private',
  'login',
];

const NAME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.');
const LONGEST_NAME = 64;

/** Finds values by the name they are given. */
export function contextAnchors(): Anchor[] {
  return [
    ...KEYWORDS.map((literal) => ({
      literal,
      match: (hit: Hit) => named(hit, literal) ?? glued(hit, literal),
    })),
    { literal: 'cookie', isName: true, match: cookies },
    ...serviceAnchors(),
  ];
}

// Found by their beginnings: the automaton stays small.
function serviceAnchors(): Anchor[] {
  const byHead = Map.groupBy(SERVICES, (service) => service.slice(0, HEAD_CHARS));
  return [...byHead].map(([literal, services]) => ({
    literal,
    isName: true,
    match: (hit) => {
      const longest = Math.max(...services.map((service) => service.length));
      const word = text(hit.window, {
        start: hit.start,
        end: hit.window.ahead(hit.start + longest),
      }).toLowerCase();
      const service = services.find((name) => word.startsWith(name));
      if (service === undefined) return undefined;
      return ofService({ ...hit, end: hit.start + service.length }, service);
    },
  }));
}

const HEAD_CHARS = 5;

// mailjet = …: names nothing but the service.
function ofService(hit: Hit, service: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(hit);
  const spelling = text(window, name);
  if (splitName(spelling).length > LONGEST_SERVICE_NAME || nameStrength(spelling) !== undefined)
    return undefined;
  const value = valueAfter(window, name) ?? hanging(window, hit.end);
  if (value === undefined || value.end - value.start < SHORTEST_SERVICE_KEY || value.tie === 'call')
    return undefined;
  const content = judged(hit, value);
  if (CODE.test(content) || !SERVICE_KEYS.has(judge(content))) return undefined;
  return { ...span(value), rule: 'service_key', kind: 'context', why: `it is next to the name “${service}”` };
}

// mailjet-9d0c…
function hanging(window: Window, at: number): Assigned | undefined {
  const next = window.peek(at);
  if (next !== 0x2d && next !== 0x5f) return undefined;
  return { start: at + 1, end: window.runEnd(at + 1, CLASSES.padded, at + 1 + LONGEST_GLUED), tie: 'near' };
}

const LONGEST_SERVICE_NAME = 2;
const SHORTEST_SERVICE_KEY = 20;
const SERVICE_KEYS: ReadonlySet<ValueKind> = new Set<ValueKind>(['random', 'hex', 'uuid']);

function cookies(hit: Hit): Candidate | undefined {
  const name = nameAround(hit);
  if (!/^(?:set-)?cookie$/i.test(text(hit.window, name))) return named(hit, 'cookie');
  return cookieValues(hit, name.end);
}

function named(hit: Hit, word: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(hit);
  const spelling = text(window, name);
  const strength = nameStrength(spelling);
  if (strength === undefined) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined) return undefined;
  const source = hit.around.shortKnown(text(window, value));
  if (source !== undefined)
    return { ...span(value), rule: 'known', kind: 'known', why: `the value of ${source}` };
  if (!isSecret(hit, { name: spelling, strength, value })) return undefined;
  const isField = strength === 'field' && value.tie === 'pair';
  return {
    ...span(value),
    rule: isField ? 'secret_field' : 'secret_value',
    kind: isField ? 'field' : 'context',
    why: `it is given to a name with “${word}” in it`,
  };
}

// secret-4f0c…, token_9x…: the value hangs on the word itself.
function glued(hit: Hit, word: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(hit);
  const value = hanging(window, hit.end);
  if (name.start > hit.start || value === undefined || value.end - value.start < SHORTEST_GLUED)
    return undefined;
  const strength = nameStrength(text(window, { start: name.start, end: hit.end }));
  if (strength === undefined || strength === 'weak') return undefined;
  if (!ACCEPTED[strength].near.includes(judge(judged(hit, value)))) return undefined;
  return { ...span(value), rule: 'secret_value', kind: 'context', why: `it hangs on the word “${word}”` };
}

const SHORTEST_GLUED = 16;
const LONGEST_GLUED = 256;

// A placeholder is a secret hidden already, and neither the name of one nor a part of it.
function nameAround({ window, start: from, end: to, around }: Hit): Span {
  const end = window.runEnd(to, NAME, to + LONGEST_NAME);
  let start = window.runStart(from, NAME, Math.max(0, from - LONGEST_NAME));
  const name = text(window, { start, end });
  const base = start;
  for (let mark = name.indexOf('hpm_'); mark !== -1; mark = name.indexOf('hpm_', mark + 1)) {
    start = Math.max(start, around.issuedEnd(window.bytes, base + mark, window.end));
  }
  return { start, end };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const RANDOM: readonly ValueKind[] = ['random', 'hex', 'uuid'];
const MIXED: readonly ValueKind[] = [...RANDOM, 'mixed'];
const WORDS: readonly ValueKind[] = [...MIXED, 'words'];
const ANY: readonly ValueKind[] = [...WORDS, 'common'];

/** What a value must look like for a name that says so much, tied to it like this. */
const ACCEPTED: Record<NameStrength, Record<Tie, readonly ValueKind[]>> = {
  field: { pair: ANY, env: ANY, line: WORDS, literal: WORDS, inline: MIXED, call: RANDOM, near: RANDOM },
  strong: { pair: MIXED, env: MIXED, line: MIXED, literal: MIXED, inline: MIXED, call: RANDOM, near: RANDOM },
  weak: {
    pair: RANDOM,
    env: RANDOM,
    line: RANDOM,
    literal: RANDOM,
    inline: RANDOM,
    call: ['random'],
    near: RANDOM,
  },
};

const IS_BARE: ReadonlySet<Tie> = new Set<Tie>(['line', 'inline', 'near']);
/** A shorter value under a name like `token` is a word with a digit in it. */
const SHORTEST_MIXED = 8;
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['near', 'call']);
/** A shorter value that merely stands near a name is not taken for its value. */
const SHORTEST_LOOSE = 16;
/** No password has these without quotes around it; expressions do. */
const CODE = /[([{<>?*;]|^[/\\^]|[,.]$|&&|\|\||=>|\.\w+\(/;
const LINE_OR_LITERAL: ReadonlySet<Tie> = new Set<Tie>(['line', 'literal']);
const LOWER_WORD = /^[a-z0-9]{6,}$/;

interface Claim {
  readonly name: string;
  readonly strength: NameStrength;
  readonly value: Assigned;
}

function isSecret(hit: Hit, { name, strength, value }: Claim): boolean {
  const content = judged(hit, value);
  if (IS_BARE.has(value.tie) && CODE.test(content)) return false;
  const kind = judge(content);
  if (kind === 'words' && LINE_OR_LITERAL.has(value.tie) && !LOWER_WORD.test(content)) return false;
  const isWhole = value.tie === 'pair' && strength === 'field' && !/pass$/i.test(name);
  if ((kind === 'words' || kind === 'mixed') && content.includes(' ') && !isWhole) return false;
  if (kind === 'uuid' && strength === 'weak' && (/^key$/i.test(name) || value.tie === 'pair')) return false;
  if (LOOSE.has(value.tie) && content.length < SHORTEST_LOOSE) return false;
  if (kind === 'mixed' && strength === 'strong' && content.length < SHORTEST_MIXED) return false;
  if (kind === 'common' && name.toLowerCase().endsWith(content.toLowerCase())) return false;
  if (value.tie === 'inline' && strength === 'field' && isSetting(hit.window, value))
    return ANY.includes(kind);
  return ACCEPTED[strength][value.tie].includes(kind);
}

// Password=…; among other settings: a connection string.
function isSetting(window: Window, value: Assigned): boolean {
  return window.peek(value.end) === 0x3b && window.peek(value.start - 1) === 0x3d;
}

function span(at: Span): Span {
  return { start: at.start, end: at.end };
}

// What is left of a value without the placeholders in it, and no more of it than is judged.
function judged({ window, around }: Hit, { start, end }: Span): string {
  return textWithoutIssued(
    window,
    { start, end: Math.min(end, start + LIMITS.judgedBytes) },
    around.issuedEnd,
  );
}

function text(window: Window, at: Span): string {
  const { bytes } = window;
  const length = Math.min(at.end - at.start, LIMITS.judgedBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset + at.start, length).toString('latin1');
}
