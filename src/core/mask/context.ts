import type { Anchor, Hit } from './anchors.ts';
import { type Assigned, type Tie, valueAfter } from './assignment.ts';
import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
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
  'cookie',
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
    ...SERVICES.map((literal) => ({ literal, match: (hit: Hit) => ofService(hit, literal) })),
  ];
}

// mailjet = …: names nothing but the service.
function ofService(hit: Hit, service: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(window, hit);
  const spelling = text(window, name);
  if (splitName(spelling).length > LONGEST_SERVICE_NAME || nameStrength(spelling) !== undefined)
    return undefined;
  const value = valueAfter(window, name) ?? hanging(window, hit.end);
  if (value === undefined || value.end - value.start < SHORTEST_SERVICE_KEY || value.tie === 'call')
    return undefined;
  if (CODE.test(text(window, value)) || !SERVICE_KEYS.includes(judge(text(window, value)))) return undefined;
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
const SERVICE_KEYS: readonly ValueKind[] = ['random', 'hex', 'uuid'];

function named(hit: Hit, word: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(window, hit);
  const spelling = text(window, name);
  const strength = nameStrength(spelling);
  if (strength === undefined) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined) return undefined;
  const source = hit.around.shortKnown(text(window, value));
  if (source !== undefined)
    return { ...span(value), rule: 'known', kind: 'known', why: `the value of ${source}` };
  if (!isSecret(window, { name: spelling, strength, value })) return undefined;
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
  const next = window.peek(hit.end);
  if (next !== 0x2d && next !== 0x5f) return undefined;
  const start = hit.end + 1;
  const end = window.runEnd(start, CLASSES.padded, start + LONGEST_GLUED);
  const strength = nameStrength(
    text(window, { start: window.runStart(hit.start, NAME, hit.start - LONGEST_NAME), end: hit.end }),
  );
  if (end - start < SHORTEST_GLUED || strength === undefined || strength === 'weak') return undefined;
  if (!ACCEPTED[strength].near.includes(judge(text(window, { start, end })))) return undefined;
  return { start, end, rule: 'secret_value', kind: 'context', why: `it hangs on the word “${word}”` };
}

const SHORTEST_GLUED = 16;
const LONGEST_GLUED = 256;

function nameAround(window: Window, hit: Hit): { start: number; end: number } {
  const end = window.runEnd(hit.end, NAME, hit.end + LONGEST_NAME);
  const start = window.runStart(hit.start, NAME, Math.max(0, hit.start - LONGEST_NAME));
  return { start, end };
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
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['near', 'call']);
/** A shorter value that merely stands near a name is not taken for its value. */
const SHORTEST_LOOSE = 16;
/** No password has these without quotes around it; expressions do. */
const CODE = /[([{<>?*;]|[,.]$|&&|\|\||=>|\.\w+\(/;
const LOWER_WORD = /^[a-z0-9]+$/;

interface Claim {
  readonly name: string;
  readonly strength: NameStrength;
  readonly value: Assigned;
}

function isSecret(window: Window, { name, strength, value }: Claim): boolean {
  const content = text(window, value);
  if (IS_BARE.has(value.tie) && CODE.test(content)) return false;
  const kind = judge(content);
  if (kind === 'words' && value.tie === 'line' && !LOWER_WORD.test(content)) return false;
  if ((kind === 'words' || kind === 'mixed') && content.includes(' ')) return false;
  if (kind === 'uuid' && strength === 'weak' && (/^key$/i.test(name) || value.tie === 'pair')) return false;
  if (LOOSE.has(value.tie) && value.end - value.start < SHORTEST_LOOSE) return false;
  if (kind === 'common' && name.toLowerCase().endsWith(content.toLowerCase())) return false;
  if (value.tie === 'inline' && strength === 'field' && isSetting(window, value)) return ANY.includes(kind);
  return ACCEPTED[strength][value.tie].includes(kind);
}

// Password=…; among other settings: a connection string.
function isSetting(window: Window, value: Assigned): boolean {
  return window.peek(value.end) === 0x3b && window.peek(value.start - 1) === 0x3d;
}

function span(at: { start: number; end: number }): { start: number; end: number } {
  return { start: at.start, end: at.end };
}

function text(window: Window, at: { start: number; end: number }): string {
  const { bytes } = window;
  return Buffer.from(bytes.buffer, bytes.byteOffset + at.start, at.end - at.start).toString('latin1');
}
