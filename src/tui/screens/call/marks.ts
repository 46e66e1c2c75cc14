import type { Span, Tone } from '../../../core/review/styled.ts';

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly tone: Tone | 'match';
}

export interface Marked extends Omit<Span, 'style'> {
  readonly tone: Tone | 'match' | undefined;
}

/** A line with what stands in place of secrets, and what is searched for, made to stand out. */
export function marked(spans: readonly Span[], placeholders: readonly string[], query: string): Marked[] {
  const text = spans.map((one) => one.text).join('');
  const masked = placeholders.flatMap((one) => placesOf(text, one, 'masked'));
  const matches = placesOf(text.toLowerCase(), query.toLowerCase(), 'match');
  const marks = [...masked, ...matches].toSorted((a, b) => a.from - b.from);
  return marks.length === 0 ? spans.map(plain) : withMarks(spans, apart(marks));
}

function plain({ text, style }: Span): Marked {
  return { text, tone: style.tone };
}

function placesOf(text: string, what: string, tone: Mark['tone']): Mark[] {
  const places: Mark[] = [];
  // What was left in clear has no placeholder.
  if (what === '') return places;
  for (let from = text.indexOf(what); from !== -1; from = text.indexOf(what, from + what.length))
    places.push({ from, to: from + what.length, tone });
  return places;
}

// Of two that overlap the first one counts.
function apart(marks: readonly Mark[]): Mark[] {
  const kept: Mark[] = [];
  for (const mark of marks) if (mark.from >= (kept.at(-1)?.to ?? 0)) kept.push(mark);
  return kept;
}

function withMarks(spans: readonly Span[], marks: readonly Mark[]): Marked[] {
  const all: Marked[] = [];
  let start = 0;
  for (const { text, style } of spans) {
    const end = start + text.length;
    let at = start;
    for (const { from, to, tone } of marks) {
      if (to <= at || from >= end) continue;
      if (from > at) all.push({ text: text.slice(at - start, from - start), tone: style.tone });
      all.push({ text: text.slice(Math.max(at, from) - start, to - start), tone });
      at = Math.min(to, end);
    }
    if (at < end) all.push({ text: text.slice(at - start), tone: style.tone });
    start = end;
  }
  return all;
}
