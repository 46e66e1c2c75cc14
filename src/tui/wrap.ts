/**
 * A text in lines of at most so many cells, none of it left out. Whatever is not plain Latin counts as two cells, as the
 * widest are: a line may end early, but never beyond the edge, where a terminal would hide or move it.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)));
}

/** The same, broken between words where there are any; only the space there is left out. For prose. */
export function wrapWords(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLineByWords(line, Math.max(2, width)));
}

function wrapLineByWords(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const [word] of line.matchAll(/\s*\S+|\s+$/g)) {
    const isLonger = current !== '' && wrapLine(current + word, width).length > 1;
    if (isLonger) lines.push(current);
    const parts = wrapLine(isLonger ? word.trimStart() : current + word, width);
    current = parts.pop() ?? '';
    lines.push(...parts);
  }
  return [...lines, current];
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const character of line) {
    const cells = (character.codePointAt(0) ?? 0) < 0x100 ? 1 : 2;
    if (used + cells > width) {
      lines.push(current);
      current = '';
      used = 0;
    }
    current += character;
    used += cells;
  }
  return [...lines, current];
}
