import type { Scalar } from 'yaml';

const BLANK = /\s/;

/**
 * Where in a YAML text a part of a scalar's value stands: past the indentation of a block, the folds of a plain
 * scalar, doubled quotes and escapes. However a scalar is written, its characters that are no blanks stand there in their
 * order, so it is enough to count those.
 */
export function placeInScalar(
  text: string,
  { range, type, value }: Scalar,
  part: { readonly start: number; readonly end: number },
): readonly [number, number] {
  if (!range || typeof value !== 'string') return [range?.[0] ?? 0, range?.[1] ?? 0];
  const [start, end] = range;
  const first = solid(value.slice(0, part.start));
  const last = first + Math.max(1, solid(value.slice(part.start, part.end))) - 1;
  let counted = -1;
  let from: number | undefined;
  let to = start;
  for (const unit of unitsOf(text.slice(0, end), start, type)) {
    if (unit.blank) continue;
    counted += 1;
    if (counted === first) from = unit.at;
    to = unit.end;
    if (counted === last) break;
  }
  return [from ?? to, to];
}

function solid(text: string): number {
  return text.replaceAll(/\s+/g, '').length;
}

/** One character of the value, as it is written. */
interface Unit {
  readonly at: number;
  readonly end: number;
  readonly blank: boolean;
}

function* unitsOf(text: string, start: number, type: Scalar['type']): Generator<Unit> {
  let at = beginning(text, start, type);
  const end = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? text.trimEnd().length - 1 : text.length;
  while (at < end) {
    const length = type === 'QUOTE_DOUBLE' ? escapeLength(text, at) : quoteLength(text, at, type);
    const written = text.slice(at, at + length);
    yield { at, end: at + length, blank: BLANK.test(written[0] ?? '') || BLANK_ESCAPE.test(written) };
    at += length;
  }
}

// A block's first line is its header (`>-`), with a comment perhaps.
function beginning(text: string, start: number, type: Scalar['type']): number {
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') return start + 1;
  if (type !== 'BLOCK_FOLDED' && type !== 'BLOCK_LITERAL') return start;
  const line = text.indexOf('\n', start);
  return line === -1 ? text.length : line + 1;
}

// YAML 1.2.2, 5.7. An escaped line break is nothing at all, which is as good as blank.
const BLANK_ESCAPE = /^\\(?:[tnvfr \t\n_NLP]|x(?:09|0[a-dA-D]|20|[aA]0)$)/;
const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escapeLength(text: string, at: number): number {
  if (text[at] !== '\\') return 1;
  return 2 + (ESCAPE_DIGITS[text[at + 1] ?? ''] ?? 0);
}

function quoteLength(text: string, at: number, type: Scalar['type']): number {
  return type === 'QUOTE_SINGLE' && text.startsWith("''", at) ? 2 : 1;
}
