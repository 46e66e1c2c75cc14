import type { Candidate } from './candidate.ts';
import { type Engine, isClean, Scan } from './scan.ts';
import type { TextContext } from './finding.ts';
import { nameStrength } from './names.ts';
import { Window } from './window.ts';

const LF = 0x0a;

/** The secrets of one whole text: what a stream would find, in one step. */
export function findAll(engine: Engine, text: Uint8Array, context: TextContext): Candidate[] {
  if (text.length === 0) return [];
  const { field, file } = context;
  if (
    file === undefined &&
    (field === undefined || nameStrength(field) === undefined) &&
    isClean(engine, text)
  )
    return [];
  const isLine = !text.includes(LF);
  const scan = new Scan(engine, context, { isLine, isWhole: true });
  return scan.advance(new Window(text, true)).found;
}
