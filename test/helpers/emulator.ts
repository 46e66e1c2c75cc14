import xterm from '@xterm/headless';

type Emulated = InstanceType<typeof xterm.Terminal>;

export interface StyledText {
  readonly text: string;
  /** The first column of it, from 0. */
  readonly column: number;
  /** 0 to 15: a colour of the palette; `#rrggbb`; undefined: the usual one. */
  readonly colour: number | string | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
  readonly isUnderlined: boolean;
}

/** A terminal emulator without a window, which obeys what is written to it, and tells what that did. */
export class Emulator {
  readonly #terminal: Emulated;
  /** What it was made to do besides showing text: titles, bells, answers typed back, what it was asked to run or store. */
  readonly deeds: string[] = [];

  constructor(size: { readonly columns: number; readonly rows: number }) {
    this.#terminal = new xterm.Terminal({
      cols: size.columns,
      rows: size.rows,
      allowProposedApi: true,
      // A terminal in raw mode still does this for Node (ONLCR).
      convertEol: true,
      scrollback: 1000,
    });
    const { parser } = this.#terminal;
    this.#terminal.onTitleChange((title) => this.deeds.push(`title ${title}`));
    this.#terminal.onBell(() => this.deeds.push('bell'));
    // What a program gets as if it had been typed.
    this.#terminal.onData((data) => this.deeds.push(`typed ${JSON.stringify(data)}`));
    for (let id = 0; id < 2000; id++) parser.registerOscHandler(id, (data) => this.#did(`OSC ${id} ${data}`));
  }

  /** Resolves when it has obeyed all of it. */
  write(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    this.#terminal.resize(columns, rows);
  }

  /** What it shows, a string for each row, without blanks at their ends. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true, 0, this.#terminal.cols) ?? '',
    );
  }

  get modes(): Emulated['modes'] {
    return this.#terminal.modes;
  }

  /** `normal`, or `alternate` while a program has the whole screen. */
  get buffer(): string {
    return this.#terminal.buffer.active.type;
  }

  /** Every row as it looks: pieces of text of one style each. */
  get styled(): StyledText[][] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row);
      return line === undefined ? [] : piecesOf(line, this.#terminal.cols);
    });
  }

  /** How many cells are told to be invisible. */
  get hidden(): number {
    const { active } = this.#terminal.buffer;
    let count = 0;
    for (let row = 0; row < this.#terminal.rows; row++) {
      const line = active.getLine(active.baseY + row);
      for (let column = 0; column < this.#terminal.cols; column++)
        if (line?.getCell(column)?.isInvisible() !== 0) count++;
    }
    return count;
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #did(deed: string): boolean {
    this.deeds.push(deed);
    return false;
  }
}

type Row = NonNullable<ReturnType<Emulated['buffer']['active']['getLine']>>;

function piecesOf(line: Row, columns: number): StyledText[] {
  const pieces: StyledText[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    // The right half of a wide character.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = {
      colour: colourOf(cell),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      isInverse: cell.isInverse() !== 0,
      isUnderlined: cell.isUnderline() !== 0,
    };
    const text = cell.getChars() || ' ';
    const last = pieces.at(-1);
    if (last !== undefined && isLike(last, style))
      pieces[pieces.length - 1] = { ...last, text: last.text + text };
    else pieces.push({ text, column, ...style });
  }
  return pieces;
}

function colourOf(cell: NonNullable<ReturnType<Row['getCell']>>): number | string | undefined {
  const colour = cell.getFgColor();
  if (cell.isFgRGB()) return `#${colour.toString(16).padStart(6, '0')}`;
  return cell.isFgPalette() ? colour : undefined;
}

function isLike(a: StyledText, b: Omit<StyledText, 'text' | 'column'>): boolean {
  const isSame = a.colour === b.colour && a.isBold === b.isBold && a.isDim === b.isDim;
  return isSame && a.isInverse === b.isInverse && a.isUnderlined === b.isUnderlined;
}
