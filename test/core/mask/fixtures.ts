import { CLASSES, type ClassName } from '../../../src/core/mask/bytes.ts';
import { createMasker, type Masker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';

/** A masker of its own with some known values. */
export function masker(known: Readonly<Record<string, string>> = {}): Masker {
  const made = createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
  for (const [source, value] of Object.entries(known)) made.known.add(value, source);
  return made;
}

/** `count` characters of a byte class; the same for the same seed. Made at run time: no scanner must flag this repository. */
export function random(members: ClassName, count: number, seed = 1): string {
  const alphabet = alphabetOf(members);
  let state = (seed * 2654435761) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)] ?? 0;
  };
  next();
  const made = Buffer.alloc(count);
  for (let i = 0; i < count; i++) made[i] = next();
  return made.toString('latin1');
}

const alphabets = new Map<ClassName, readonly number[]>();

function alphabetOf(members: ClassName): readonly number[] {
  const known = alphabets.get(members);
  if (known !== undefined) return known;
  const alphabet = [...CLASSES[members].entries()].filter(([, is]) => is === 1).map(([byte]) => byte);
  alphabets.set(members, alphabet);
  return alphabet;
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function maskedText(by: Masker, text: string, field?: string): string {
  const context = field === undefined ? {} : { field };
  return Buffer.from(by.maskText(bytes(text), context).bytes).toString('utf8');
}

/** What a stream makes of the pieces. */
export function streamed(by: Masker, pieces: Iterable<Uint8Array>, field?: string): string {
  const stream = by.stream(field === undefined ? {} : { field });
  const out = [...pieces].map((piece) => stream.push(piece));
  return Buffer.concat([...out, stream.flush()]).toString('utf8');
}

export function githubToken(seed = 1): string {
  return ['ghp', random('alnum', 36, seed)].join('_');
}

export function privateKey(lines = 5): string {
  const label = ['PRIVATE', 'KEY'].join(' ');
  const body = Array.from({ length: lines }, (_, i) => random('b64', 64, i + 1)).join('\n');
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
}

export function jsonWebToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ sub: 'user-1', admin: true }),
    random('b64url', 43),
  ].join('.');
}
