import type { Section } from '../../../core/review/call-sections.ts';
import { type EventFact, eventFacts, eventTitle } from '../../../core/review/event-facts.ts';
import { type JsonLine, unfolded } from '../../../core/review/json-fold.ts';
import { type Span, toned } from '../../../core/review/styled.ts';
import { visible } from '../../../core/visible.ts';
import { momentText, sizeText } from '../../time-text.ts';
import { wrapWords } from '../../wrap.ts';
import { isLongString, jsonPieces, jsonSpans, stringUnits } from './json-lines.ts';
import { pieces } from '../../cells.ts';

/** A line of the call as it is shown. */
export interface CallLine {
  readonly section: number;
  /** Of what was said or sent: the facts of the event first, then the lines of its body. Undefined: what is around them. */
  readonly unit: number | undefined;
  /** Which piece of it, where it takes several lines. */
  readonly piece: number;
  /** Of a line of JSON that can be folded. */
  readonly fold: 'folded' | 'open' | undefined;
  readonly spans: () => Span[];
}

/** Which lines of the JSON of which section are folded. */
export type Folds = ReadonlyMap<number, ReadonlySet<number>>;

/** So much is left of a line for the cursor and the sign of a fold. */
export const GUTTER = 3;
const LABEL = 11;

/** Strings that are long are folded at first. */
export function firstFolds(sections: readonly Section[]): Folds {
  return new Map(
    sections.map(({ body }, at) => [at, body.kind === 'json' ? longStrings(body) : new Set<number>()]),
  );
}

type JsonBody = Extract<Section['body'], { kind: 'json' }>;

function longStrings({ text, lines }: JsonBody): ReadonlySet<number> {
  return new Set(lines.flatMap((line, at) => (isLongString(text, line) ? [at] : [])));
}

/** The lines of a call on a screen of so many cells. What a line shows is made when it is looked at. */
export function callLines(sections: readonly Section[], folds: Folds, columns: number): CallLine[] {
  const width = Math.max(20, columns - GUTTER);
  return sections.flatMap((section, number) => {
    const facts = eventFacts(section.event);
    const fixed = (spans: Span[], unit?: number, piece = 0): CallLine => ({
      section: number,
      unit,
      piece,
      fold: undefined,
      spans: () => spans,
    });
    return [
      ...(number === 0 ? [] : [fixed([])]),
      fixed(titleSpans(section)),
      ...facts.flatMap((fact, unit) =>
        factSpans(fact, width).map((spans, piece) => fixed(spans, unit, piece)),
      ),
      ...bodyLines(section, { number, first: facts.length, folded: folds.get(number) ?? new Set(), width }),
      ...[...tailOf(section), ...moreOf(section)].map((spans) => fixed(spans)),
    ];
  });
}

/** How many units of a section are facts; those of its body come behind. */
export function factCount({ event }: Section): number {
  return eventFacts(event).length;
}

/** What is searched in a unit. */
export function unitTexts({ event, body }: Section): string[] {
  const facts = eventFacts(event).map(({ text }) => text);
  if (body.kind === 'json') return [...facts, ...stringUnits(body)];
  return 'lines' in body ? [...facts, ...body.lines] : facts;
}

function titleSpans({ event }: Section): Span[] {
  const { mono, payload, seq } = event;
  const facts = [
    `${momentText(mono)} s`,
    ...(payload === undefined ? [] : [sizeText(payload.size)]),
    `event ${seq}`,
  ];
  return [toned(eventTitle(event), 'accent'), toned(`  ${facts.join('  ')}`, 'quiet')];
}

function factSpans({ label, text, tone }: EventFact, width: number): Span[][] {
  return wrapWords(visible(text, { oneLine: true }), width - LABEL).map((line, at) => [
    toned((at === 0 ? label : '').padEnd(LABEL), 'quiet'),
    toned(line, tone),
  ]);
}

interface BodyAt {
  readonly number: number;
  readonly first: number;
  readonly folded: ReadonlySet<number>;
  readonly width: number;
}

function bodyLines({ body }: Section, at: BodyAt): CallLine[] {
  if (body.kind === 'json') return jsonBody(body, at);
  if (!('lines' in body)) return [];
  return body.lines.flatMap((line, unit) =>
    pieces(line, at.width).map((text, piece) => ({
      section: at.number,
      unit: at.first + unit,
      piece,
      fold: undefined,
      spans: () => [toned(text)],
    })),
  );
}

function jsonBody(body: JsonBody, at: BodyAt): CallLine[] {
  return unfolded(body.lines, at.folded).flatMap((number) => {
    const line = body.lines[number];
    return line === undefined ? [] : jsonLine(body, { line, number }, at);
  });
}

function jsonLine(
  { text, lines }: JsonBody,
  one: { line: JsonLine; number: number },
  at: BodyAt,
): CallLine[] {
  const { line } = one;
  const { width } = at;
  const isFolded = at.folded.has(one.number);
  const fold = canFold(text, line) ? FOLD[isFolded ? 'folded' : 'open'] : undefined;
  const [section, unit] = [at.number, at.first + one.number];
  const cut = isFolded ? undefined : jsonPieces(text, line, width);
  if (cut === undefined)
    return [
      { section, unit, piece: 0, fold, spans: () => jsonSpans(text, line, { lines, isFolded, width }) },
    ];
  return cut.map((spans, piece) => ({
    section,
    unit,
    piece,
    fold: piece === 0 ? fold : undefined,
    spans: () => spans,
  }));
}

const FOLD = { folded: 'folded', open: 'open' } as const;

/** Whether there is something in a line to fold away. */
export function canFold(text: string, line: JsonLine): boolean {
  return line.closes !== undefined || isLongString(text, line);
}

function tailOf({ body, left }: Section): Span[][] {
  if (body.kind === 'redacted')
    return [[toned('the payload was redacted: its bytes are gone, its commitment stays', 'quiet')]];
  if (body.kind === 'missing') return [[toned('the payload is missing', 'bad')]];
  if (left > 0) return [[toned(`… ${sizeText(left)} more: e exports all of it`, 'warning')]];
  return [];
}

function moreOf({ more = 0 }: Section): Span[][] {
  return more === 0 ? [] : [[toned(`… ${more} more events of this call: e exports all of them`, 'warning')]];
}
