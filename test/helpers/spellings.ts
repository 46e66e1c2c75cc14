import type { Canary } from './canaries.ts';

/** One way in which a canary may be written. */
export interface Spelling {
  readonly canary: string;
  readonly how: string;
  readonly bytes: Buffer;
}

// Shorter than this a piece of a value may turn up by chance.
const MEANINGFUL = 12;

/** Every way in which a value, each line of it, and each half of it may be written. */
export function spellings({ name, value }: Canary): Spelling[] {
  if (value.length < MEANINGFUL) throw new Error(`the canary ${name} is too short to be told from chance`);
  const pieces = [...new Set([value, ...secretLines(value), ...halves(value)])];
  const written = pieces.flatMap((piece) => Object.entries(encodings(piece)));
  // Of those that come to the same the first stands for all.
  const how = new Map(written.toReversed().map(([encoding, text]) => [text, encoding]));
  return [...how].map(([text, encoding]) => ({ canary: name, how: encoding, bytes: Buffer.from(text) }));
}

function secretLines(value: string): string[] {
  const lines = value.split('\n').map((line) => line.trim());
  return lines.length === 1
    ? []
    : lines.filter((line) => line.length >= MEANINGFUL && !line.startsWith('-----'));
}

// What a masker that stumbles over a chunk boundary lets through: the front, or the back.
function halves(value: string): string[] {
  if (value.includes('\n') || value.length < 2 * MEANINGFUL) return [];
  const middle = Math.ceil(value.length / 2);
  return [value.slice(0, middle), value.slice(middle)];
}

function encodings(text: string): Record<string, string> {
  const json = JSON.stringify(text).slice(1, -1);
  const bytes = Buffer.from(text);
  const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const hex = bytes.toString('hex');
  return {
    raw: text,
    'as JSON': json,
    'as JSON with escaped slashes': json.replaceAll('/', '\\/'),
    'as JSON in JSON': JSON.stringify(json).slice(1, -1),
    'as JSON, all escaped': text.replaceAll(
      /[^]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
    'percent-encoded': encodeURIComponent(text),
    'percent-encoded in lower case': encodeURIComponent(text).replaceAll(/%../g, (code) =>
      code.toLowerCase(),
    ),
    'percent-encoded as a form': new URLSearchParams([['', text]]).toString().slice(1),
    'percent-encoded, all of it': escaped.toUpperCase(),
    'percent-encoded, all of it, in lower case': escaped,
    'as lower-case hex': hex,
    'as upper-case hex': hex.toUpperCase(),
    ...aligned(bytes, 'base64'),
    ...aligned(bytes, 'base64url'),
  };
}

/** Base64 depends on where in a group of three the value begins; what its neighbours decide is cut off at both ends. */
function aligned(bytes: Buffer, encoding: 'base64' | 'base64url'): Record<string, string> {
  return Object.fromEntries(
    [0, 1, 2].map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .replace(/=+$/, '');
      const first = Math.ceil((offset * 8) / 6);
      const last = Math.floor(((offset + bytes.length) * 8) / 6);
      return [`as ${encoding} at offset ${offset}`, text.slice(first, last)];
    }),
  );
}
