import { LIMITS } from '../limits.ts';
import { visible } from '../visible.ts';
import { type Style, UNSTYLED } from './styled.ts';

/** A line of what was written, a cell for each place on a terminal; '' behind a character that takes two. */
export interface PageLine {
  /** Of which stream; '' for what is told of an event. */
  readonly stream: string;
  readonly cells: string[];
  readonly styles: Style[];
}

/** What stands in place of what would be obeyed. */
const ALIEN: Style = { tone: 'warning' };
const TAB = 8;
/** What stands above, below or in place of the character before it. */
const JOINS = /^[\p{Mn}\p{Me}\ufe0f]$/u;
/** East Asian wide and fullwidth characters (UAX #11), and pictures. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
/** Characters that are one cell and nothing else: by far the most. */
const PLAIN = /[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff]+/y;

/** Writes one stream into lines of its own: where it writes, and how that looks. */
export class ReplayPen {
  style: Style = UNSTYLED;
  #columns: number = LIMITS.replayLineCells;
  readonly #newLine: () => PageLine;
  readonly #own: PageLine[] = [];
  /** A place in `#own`; its length: a line that begins with the next character. */
  #row = 0;
  #column = 0;

  constructor(newLine: () => PageLine) {
    this.#newLine = newLine;
  }

  /** How many cells a line has room for: at least for a character that takes two. */
  set columns(columns: number) {
    this.#columns = Math.max(2, Math.min(columns, LIMITS.replayLineCells));
    this.#toColumn(this.#column);
  }

  /** Text as a program wrote it, ends of lines, tabs and backspaces included. Of what else is not seen, the escape is. */
  write(text: string): void {
    for (let at = 0; at < text.length;) {
      PLAIN.lastIndex = at;
      const plain = PLAIN.exec(text)?.[0];
      const piece = plain ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
      if (plain === undefined) this.#writeOther(piece);
      else for (const character of plain) this.#put(character, this.style);
      at += piece.length;
    }
  }

  /** Text of which nothing is obeyed, not even the end of a line. */
  show(text: string, style: Style = ALIEN): void {
    for (const character of visible(text, { oneLine: true })) this.#set(character, style);
  }

  /** A movement within what was written (ECMA-48, 8.3), by the final character of its sequence. */
  move(final: string, parameters: string): void {
    const count = Math.max(1, Number(parameters.split(';')[0]) || 1);
    if (final === 'A' || final === 'F') this.#row = Math.max(0, this.#row - count);
    if ('BEe'.includes(final)) this.#row = Math.min(this.#own.length, this.#row + count);
    if (final === 'E' || final === 'F') this.#column = 0;
    if (final === 'C' || final === 'a') this.#toColumn(this.#cursor + count);
    if (final === 'D') this.#toColumn(this.#cursor - count);
    if (final === 'G' || final === '`') this.#toColumn(count - 1);
    if (final === 'K') this.#eraseInLine(parameters);
    if (final === 'J') this.#eraseBelow(parameters);
  }

  /** Goes on in a new line: what was written at one place of a screen does not belong to what stands at another. */
  jump(): void {
    this.#row = this.#own.length;
    this.#column = 0;
  }

  /** Lines that are kept no more. */
  forget(gone: ReadonlySet<PageLine>): void {
    const count = this.#own.findIndex((line) => !gone.has(line));
    const surplus = count === -1 ? this.#own.length : count;
    this.#own.splice(0, surplus);
    this.#row = Math.max(0, this.#row - surplus);
  }

  #writeOther(character: string): void {
    if (character === '\n') return this.#feed();
    if (character === '\r') return void (this.#column = 0);
    if (character === '\b') return this.#toColumn(this.#cursor - 1);
    if (character === '\t') return this.#toTab();
    const isHarmless = visible(character, { oneLine: true }) === character;
    if (isHarmless) this.#set(character, this.style);
    else this.show(character, ALIEN);
  }

  #set(character: string, style: Style): void {
    if (JOINS.test(character) && this.#joins(character)) return;
    const isWide = WIDE.test(character);
    // It is not cut in two.
    if (isWide && this.#column === this.#columns - 1) this.#feed();
    this.#put(character, style);
    if (isWide) this.#put('', style);
  }

  #put(cell: string, style: Style): void {
    if (this.#column >= this.#columns) this.#feed();
    const line = this.#line();
    while (line.cells.length < this.#column) this.#blank(line, line.cells.length);
    // Half of a character that took two cells is none.
    if (cell !== '' && line.cells[this.#column] === '') this.#blank(line, this.#column - 1);
    if (line.cells[this.#column + 1] === '') this.#blank(line, this.#column + 1);
    line.cells[this.#column] = cell;
    line.styles[this.#column] = style;
    this.#column += 1;
  }

  #blank({ cells, styles }: PageLine, at: number): void {
    cells[at] = ' ';
    styles[at] = UNSTYLED;
  }

  #line(): PageLine {
    const known = this.#own[this.#row];
    if (known !== undefined) return known;
    const line = this.#newLine();
    this.#own.push(line);
    this.#row = this.#own.length - 1;
    return line;
  }

  #feed(): void {
    this.#line();
    this.#row += 1;
    this.#column = 0;
  }

  // Behind a line that is full the cursor stands on its last cell until there is more.
  get #cursor(): number {
    return Math.min(this.#column, this.#columns - 1);
  }

  #toColumn(column: number): void {
    this.#column = Math.max(0, Math.min(column, this.#columns - 1));
  }

  #toTab(): void {
    this.#toColumn((Math.floor(this.#column / TAB) + 1) * TAB);
  }

  // False: there is nothing that it could stand above.
  #joins(mark: string): boolean {
    const { cells } = this.#line();
    const at = this.#column - (cells[this.#column - 1] === '' ? 2 : 1);
    const under = cells[at] ?? '';
    if (under === '' || under.length >= LIMITS.replayCellChars) return false;
    cells[at] = under + mark;
    return true;
  }

  #eraseInLine(parameters: string): void {
    const line = this.#own[this.#row];
    if (line === undefined) return;
    if (parameters === '1') {
      for (let at = 0; at <= Math.min(this.#column, line.cells.length - 1); at += 1) this.#blank(line, at);
    } else truncate(line, parameters === '2' ? 0 : this.#column);
  }

  // A whole screen that is erased leaves what was written before in sight.
  #eraseBelow(parameters: string): void {
    if (parameters !== '' && parameters !== '0') return;
    this.#eraseInLine('');
    for (const line of this.#own.slice(this.#row + 1)) truncate(line, 0);
  }
}

function truncate({ cells, styles }: PageLine, length: number): void {
  if (cells.length <= length) return;
  cells.length = length;
  styles.length = length;
}
