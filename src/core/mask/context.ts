import type { Anchor, Hit } from './anchors.ts';
import { type Assigned, valueAfter } from './assignment.ts';
import { byteClass } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { type NameStrength, nameStrength } from './names.ts';
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
];

const NAME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.');
const LONGEST_NAME = 64;

/** Finds values by the name they are given. */
export function contextAnchors(): Anchor[] {
  return KEYWORDS.map((literal) => ({ literal, match: (hit) => named(hit, literal) }));
}

function named(hit: Hit, word: string): Candidate | undefined {
  const { window } = hit;
  const name = nameAround(window, hit);
  if (name === undefined) return undefined;
  const strength = nameStrength(text(window, name));
  if (strength === undefined) return undefined;
  const value = valueAfter(window, name);
  if (value === undefined) return undefined;
  const known = hit.around.shortKnown(text(window, value));
  if (known !== undefined)
    return { ...span(value), rule: 'known', kind: 'known', why: `the value of ${known}` };
  if (!isSecret(window, strength, value)) return undefined;
  const isField = strength === 'field' && value.tie === 'data';
  return {
    ...span(value),
    rule: isField ? 'secret_field' : 'secret_value',
    kind: isField ? 'field' : 'context',
    why: `it is given to a name with “${word}” in it`,
  };
}

function nameAround(window: Window, hit: Hit): { start: number; end: number } | undefined {
  const end = window.runEnd(hit.end, NAME, hit.end + LONGEST_NAME);
  if (end - hit.end === LONGEST_NAME) return undefined;
  const start = window.runStart(hit.start, NAME, Math.max(0, hit.start - LONGEST_NAME));
  return { start, end };
}

/** What a value must look like for a name that says so much, tied to it like this. */
const ACCEPTED: Record<NameStrength, Record<Assigned['tie'], readonly ValueKind[]>> = {
  field: {
    data: ['random', 'hex', 'uuid', 'mixed', 'words'],
    code: ['random', 'hex', 'uuid', 'mixed'],
    near: ['random', 'hex', 'uuid'],
  },
  strong: {
    data: ['random', 'hex', 'uuid', 'mixed'],
    code: ['random', 'hex', 'uuid', 'mixed'],
    near: ['random', 'hex', 'uuid'],
  },
  weak: { data: ['random', 'hex'], code: ['random', 'hex'], near: [] },
};

function isSecret(window: Window, strength: NameStrength, value: Assigned): boolean {
  const kind = judge(text(window, value));
  return ACCEPTED[strength][value.tie].includes(kind);
}

function span(at: { start: number; end: number }): { start: number; end: number } {
  return { start: at.start, end: at.end };
}

function text(window: Window, at: { start: number; end: number }): string {
  const { bytes } = window;
  return Buffer.from(bytes.buffer, bytes.byteOffset + at.start, at.end - at.start).toString('latin1');
}
