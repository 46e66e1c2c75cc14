import type { Running, Sandbox, SpawnOptions } from './hallpass.ts';

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const ESCAPE = '\u001b';
export const DOWN = '\u001b[B';

/** What became of a command on a terminal. */
export interface Left {
  /** As a shell sees it: 128 + n for a signal. */
  readonly code: number | null;
  readonly text: string;
  /** The terminal's settings are those of before, and its cursor is to be seen. */
  readonly restored: boolean;
}

/** hallpass in a shell on a terminal of its own, and somebody who types. */
export class Typing {
  readonly #running: Running;
  readonly finished: Promise<Left>;

  constructor(hallpass: Sandbox, args: readonly string[], env: SpawnOptions['env'] = {}) {
    const onTerminal = { columns: 100, rows: 40, settings: true };
    this.#running = hallpass.spawn(args, { onTerminal, env: { NO_COLOR: '1', ...env } });
    this.finished = this.#running.finished.then(({ code, stdout: text }) => ({
      code,
      text,
      restored: isRestored(text),
    }));
  }

  /** Everything on the screen so far. */
  get text(): string {
    return this.#running.said.stdout;
  }

  type(keys: string): void {
    this.#running.child.stdin.write(keys);
  }

  /** Resolves once the screen shows it; rejects when hallpass ends first or a minute goes by. */
  saying(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#running.saying('stdout', pattern);
  }
}

// What `stty -g` prints, on Linux and on macOS. It starts no line: the last frame may end in an escape sequence.
const SETTINGS = /[0-9a-f]+(?::[0-9a-f]+){10,}|gfmt1:\S+/g;

function isRestored(text: string): boolean {
  const [before, after, ...more] = [...text.matchAll(SETTINGS)].map(([settings]) => settings);
  const isShown = text.lastIndexOf('\u001b[?25h') >= text.lastIndexOf('\u001b[?25l');
  return before !== undefined && before === after && more.length === 0 && isShown;
}
