import type { Section } from '../../../core/review/call-sections.ts';
import { around, lineAt } from '../../../core/review/json-fold.ts';
import type { FindingRecord } from '../../../core/session/event.ts';
import { type CallLine, canFold, factCount, type Folds, unitTexts } from './call-lines.ts';

/** A finding of the call, and in which of its sections. */
export interface CallFinding {
  readonly section: number;
  readonly finding: FindingRecord;
}

export function findingsOf(sections: readonly Section[]): CallFinding[] {
  return sections.flatMap(({ findings }, section) => findings.map((finding) => ({ section, finding })));
}

/** A place in what was said or sent. */
export interface Unit {
  readonly section: number;
  readonly unit: number;
}

/** Where a finding stands: at its pointer, or where its placeholder is. */
export function unitOf(sections: readonly Section[], { section, finding }: CallFinding): Unit {
  const found = sections[section];
  if (found === undefined) return { section, unit: 0 };
  const first = factCount(found);
  const { body } = found;
  const texts = unitTexts(found);
  const named =
    body.kind === 'json' && finding.at.startsWith('/')
      ? first + lineAt(body.text, body.lines, finding.at)
      : 0;
  const { placeholder } = finding;
  if (placeholder === '') return { section, unit: named };
  const hasIt = (unit: number): boolean => texts[unit]?.includes(placeholder) === true;
  if (named > 0 && hasIt(named)) return { section, unit: named };
  const anywhere = texts.findIndex((text) => text.includes(placeholder));
  return { section, unit: anywhere === -1 ? named : anywhere };
}

/** The next place with a text, after (or before) one of them; round the end. Undefined: there is none. */
export function nextMatch(
  sections: readonly Section[],
  query: string,
  from: { unit: Unit; backwards: boolean; here: boolean },
): Unit | undefined {
  const wanted = query.toLowerCase();
  const all = sections.flatMap((one, section) =>
    unitTexts(one).flatMap((text, unit) => (text.toLowerCase().includes(wanted) ? [{ section, unit }] : [])),
  );
  const { unit: at, backwards, here } = from;
  if (backwards) return all.findLast((one) => compare(one, at) < 0) ?? all.at(-1);
  return all.find((one) => compare(one, at) > (here ? -1 : 0)) ?? all[0];
}

function compare(a: Unit, b: Unit): number {
  return a.section === b.section ? a.unit - b.unit : a.section - b.section;
}

/** The folds without those in which a place is hidden. The same where it is none's. */
export function withoutFoldsAround(
  sections: readonly Section[],
  folds: Folds,
  { section, unit }: Unit,
): Folds {
  const found = sections[section];
  const folded = folds.get(section);
  if (found === undefined || folded === undefined || found.body.kind !== 'json') return folds;
  const at = unit - factCount(found);
  const opened = [...around(found.body.lines, at), at].filter((line) => folded.has(line));
  if (opened.length === 0) return folds;
  const left = new Set(folded);
  for (const line of opened) left.delete(line);
  return new Map(folds).set(section, left);
}

/** What is folded or unfolded; `to` undefined: the other of both. */
export interface Refold extends Unit {
  readonly to?: 'folded' | 'open' | undefined;
}

/** Folds or unfolds a line. The same where it can't be. */
export function refolded(sections: readonly Section[], folds: Folds, { section, unit, to }: Refold): Folds {
  const found = sections[section];
  if (found?.body.kind !== 'json') return folds;
  const at = unit - factCount(found);
  const line = found.body.lines[at];
  if (line === undefined || !canFold(found.body.text, line)) return folds;
  const folded = new Set(folds.get(section));
  const isFolded = folded.has(at);
  if ((to === 'folded') === isFolded && to !== undefined) return folds;
  if (isFolded) folded.delete(at);
  else folded.add(at);
  return new Map(folds).set(section, folded);
}

/** The bracket around a line; undefined: there is none. */
export function parentOf(sections: readonly Section[], { section, unit }: Unit): Unit | undefined {
  const found = sections[section];
  if (found?.body.kind !== 'json') return undefined;
  const first = factCount(found);
  const parent = around(found.body.lines, unit - first).at(-1);
  return parent === undefined ? undefined : { section, unit: first + parent };
}

/** Which line shows a place; the last one before it where it is hidden. */
export function lineOf(lines: readonly CallLine[], { section, unit }: Unit): number {
  const found = lines.findLastIndex(
    (line) => line.section === section && line.unit !== undefined && line.unit <= unit && line.piece === 0,
  );
  return Math.max(0, found);
}

/** Where a line stands: its place, or the next one that is one. */
export function placeAt(lines: readonly CallLine[], at: number): Unit {
  for (let line = at; line < lines.length; line += 1) {
    const { section, unit } = lines[line] ?? {};
    if (section !== undefined && unit !== undefined) return { section, unit };
  }
  return { section: lines.at(-1)?.section ?? 0, unit: Number.MAX_SAFE_INTEGER };
}

/** The line of a place that has a text, in any case; the first one of the place where none has it. */
export function lineWith(lines: readonly CallLine[], unit: Unit, text: string): number {
  const first = lineOf(lines, unit);
  const wanted = text.toLowerCase();
  for (let at = first; at < lines.length; at += 1) {
    const line = lines[at];
    if (line?.section !== unit.section || line.unit !== unit.unit) return first;
    if (textOf(line).includes(wanted)) return at;
  }
  return first;
}

function textOf(line: CallLine): string {
  return line
    .spans()
    .map(({ text }) => text)
    .join('')
    .toLowerCase();
}
