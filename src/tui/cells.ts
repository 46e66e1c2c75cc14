// East Asian wide and fullwidth (UAX #11), roughly, and what is an emoji unless told otherwise.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/u;
const MARK = /\p{M}/u;
const LATIN = /^[\x20-\x7e]*$/;

/** How many cells of a terminal a text takes. */
export function cellsOf(text: string): number {
  if (LATIN.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOfOne(character);
  return cells;
}

/** A text in exactly so many cells: cut with an ellipsis, or with blanks behind it. */
export function fit(text: string, width: number): string {
  const cells = cellsOf(text);
  if (cells <= width) return text + ' '.repeat(width - cells);
  if (width <= 0) return '';
  const cut = firstCells(text, width - 1);
  return `${cut}…${' '.repeat(width - 1 - cellsOf(cut))}`;
}

/** The same, with the blanks before it. */
export function fitRight(text: string, width: number): string {
  const cells = cellsOf(text);
  return cells <= width ? ' '.repeat(width - cells) + text : fit(text, width);
}

/** A text in pieces of at most so many cells. */
export function pieces(text: string, width: number): string[] {
  const room = Math.max(2, width);
  if (LATIN.test(text)) return slices(text, room);
  const all: string[] = [];
  for (let rest = text; rest !== '' || all.length === 0;) {
    const piece = firstCells(rest, room);
    all.push(piece);
    rest = rest.slice(piece.length);
  }
  return all;
}

function slices(text: string, width: number): string[] {
  const count = Math.max(1, Math.ceil(text.length / width));
  return Array.from({ length: count }, (_, at) => text.slice(at * width, (at + 1) * width));
}

function firstCells(text: string, width: number): string {
  let cells = 0;
  let end = 0;
  for (const character of text) {
    cells += cellsOfOne(character);
    if (cells > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function cellsOfOne(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
