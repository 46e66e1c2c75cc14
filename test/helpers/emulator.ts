import xterm from '@xterm/headless';

type Emulated = InstanceType<typeof xterm.Terminal>;

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
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  }

  get modes(): Emulated['modes'] {
    return this.#terminal.modes;
  }

  /** `normal`, or `alternate` while a program has the whole screen. */
  get buffer(): string {
    return this.#terminal.buffer.active.type;
  }

  /** The styles of every cell that has any, as far as they hide or move text. */
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
