import type { Edit } from '../mask/finding.ts';

/** An edit of output. `broken`: it was broken into lines, which stay. */
export type OutputEdit = Edit & { readonly broken?: true };

/**
 * Edits of several searches as one list, sorted and free of overlaps: those that end by `upTo`, and those for later. What
 * overlaps is hidden together, under the name of a known value where one is in it. `end` is `upTo`, or where before it the
 * first of the later ones begins.
 */
export function mergedEdits(
  edits: readonly OutputEdit[],
  upTo: number,
): { ready: OutputEdit[]; later: OutputEdit[]; end: number } {
  if (edits.length === 0) return { ready: [], later: [], end: upTo };
  const merged: OutputEdit[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || edit.start >= last.end) merged.push(edit);
    else merged[merged.length - 1] = together(last, edit);
  }
  const ready = merged.filter(({ end }) => end <= upTo);
  const later = merged.filter(({ end }) => end > upTo);
  return { ready, later, end: Math.min(upTo, later[0]?.start ?? upTo) };
}

function together(first: OutputEdit, second: OutputEdit): OutputEdit {
  const named = first.kind !== 'known' && second.kind === 'known' ? second : first;
  const isWhole = named.start === first.start && named.end >= second.end;
  // A replacement that is encoded fits only what it was made for.
  const replacement = isWhole ? named.replacement : named.placeholder;
  return { ...named, start: first.start, end: Math.max(first.end, second.end), replacement };
}
