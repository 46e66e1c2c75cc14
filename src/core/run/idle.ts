import type { Edit } from '../mask/finding.ts';
import type { Masker } from '../mask/masker.ts';
import { moved } from '../mask/replacement.ts';
import { VENDOR_RULES } from '../mask/rules/vendors.ts';

/** Of a value that may be a secret, less than so much may be seen on a terminal: else no prompt would ever appear. */
const VALUE_SHOWN = 6;

/**
 * How much of a text that is held back may go when nothing more has come for a while, and what is to be hidden in it. `before`
 * is what stands before it. Kept is what would be a secret were this the end and is not over, and the beginning of one that is
 * known or has its vendor's sign, from `VALUE_SHOWN` bytes of it on.
 */
export function mayGo(masker: Masker, before: Uint8Array, held: Uint8Array): { upTo: number; edits: Edit[] } {
  if (held.length === 0) return { upTo: 0, edits: [] };
  const text = Buffer.concat([before, held]);
  const edits = masker.inspect(text).filter(({ end }) => end > before.length);
  const { open } = masker.known.search(text, { from: 0, end: text.length }, false);
  const known = text.length - open < VALUE_SHOWN ? text.length : knownStart(open, edits);
  const goesOn = edits.find(({ end }) => end === text.length);
  const from = Math.min(known, vendorStart(text), goesOn?.start ?? text.length);
  return { upTo: Math.max(0, from - before.length), edits: moved(edits, -before.length) };
}

// What is begun within a secret that is found is no more than that.
function knownStart(open: number, edits: readonly Edit[]): number {
  const within = edits.find(({ start, end }) => start <= open && open < end);
  return within?.start ?? open;
}

/** What tokens are made of, which stands behind the literal of a vendor. */
const TOKEN = /[\w.+/=-]+$/;
let literals: readonly string[] | undefined;

function vendorStart(text: Buffer): number {
  const [token] = TOKEN.exec(text.toString('latin1')) ?? [];
  if (token === undefined) return text.length;
  literals ??= VENDOR_RULES.flatMap(({ shapes }) => shapes.flatMap(literalOf));
  const at = literals
    .map((literal) => ({ from: token.indexOf(literal), length: literal.length }))
    .filter(({ from, length }) => from !== -1 && token.length - from - length >= VALUE_SHOWN)
    .map(({ from }) => from);
  return text.length - token.length + Math.min(token.length, ...at);
}

// Only what a shape begins with: `ghp_` of `ghp_<alnum:36>`.
function literalOf(shape: string): string[] {
  const literal = /^[^<]*/.exec(shape)?.[0] ?? '';
  return literal.length >= 3 ? [literal] : [];
}
