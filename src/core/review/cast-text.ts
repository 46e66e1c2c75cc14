import { visible } from '../visible.ts';
import { EscapeTokens, type Token } from './escape-tokens.ts';
import { quietModes } from './terminal-modes.ts';

type Control = Extract<Token, { kind: 'control' }>;

/** Finals of colours, and of what moves, erases or makes room on the screen: they stay there (ECMA-48, 8.3). */
const KEPT = new Set('mABCDEFGHJKLMPSX@`adefr');
/** A place kept and returned to; with parameters they mean something else. */
const KEPT_ALONE = new Set('su');
/** A place kept, lines, keypads, and which characters there are. */
const KEPT_ESCAPE = /^(?:[78DEM=>]|[()*+][AB0])$/;
/** Modes that are on unless something turns them off: wrapping, the cursor. */
const USUALLY_ON = new Set(['7', '25']);

/**
 * What a program wrote, for another program that will play it: with its colours and the movements of its cursor. What reaches beyond the
 * screen (titles, clipboards, reports, resets: OSC, DCS, APC and the like), C1 and what is invisible is text.
 */
export class CastText {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #tokens = new EscapeTokens();
  readonly #isTerminal: boolean;
  /** Modes that are other than usual, and what puts them back. */
  readonly #changed = new Map<string, string>();
  #last = '';

  /** Of a pipe, each line end needs the carriage return that a terminal adds. */
  constructor(options: { readonly isTerminal: boolean }) {
    this.#isTerminal = options.isTerminal;
  }

  /** Takes the next piece; a character or a sequence that is cut comes with the next. */
  push(bytes: Uint8Array): string {
    const tokens = this.#tokens.push(this.#decoder.decode(bytes, { stream: true }));
    return tokens.map((token) => this.#safe(token)).join('');
  }

  /** Nothing more comes: what was begun, and what leaves the screen as it was before. */
  end(): string {
    const begun = this.#tokens.end().map((token) => this.#safe(token));
    return [...begun, ...this.#changed.values()].join('');
  }

  #safe(token: Token): string {
    if (token.kind === 'text') return this.#text(token.text);
    if (token.kind === 'escape' && KEPT_ESCAPE.test(token.text.slice(1))) return this.#kept(token.text);
    if (token.kind === 'control' && this.#isKept(token)) return this.#kept(token.text);
    return visible(token.text, { oneLine: true });
  }

  #isKept({ parameters, between, final }: Control): boolean {
    if (between !== '') return false;
    const modes = quietModes(parameters, final);
    for (const mode of modes ?? []) this.#change(mode, final);
    if (modes !== undefined) return true;
    // `3J` erases what was on the terminal before.
    if (!/^[\d;:]*$/.test(parameters) || (final === 'J' && parameters === '3')) return false;
    if (final === 'm' && hides(parameters)) return false;
    return KEPT.has(final) || (KEPT_ALONE.has(final) && parameters === '');
  }

  #change(mode: string, final: string): void {
    const usual = USUALLY_ON.has(mode) ? 'h' : 'l';
    if (final === usual) this.#changed.delete(mode);
    else this.#changed.set(mode, `\u001b[?${mode}${usual}`);
  }

  #kept(text: string): string {
    // Colours, characters and the region that scrolls, too.
    this.#changed.set('looks', '\u001b[0m\u001b(B');
    if (text.endsWith('r')) this.#changed.set('region', '\u001b[r');
    return text;
  }

  #text(text: string): string {
    const safe = text.replace(/[^\r\b]+/g, (part) => visible(part));
    if (this.#isTerminal) return safe;
    const before = this.#last;
    this.#last = safe.slice(-1);
    return safe.replace(/\n/g, (feed, at: number) => ((safe[at - 1] ?? before) === '\r' ? feed : '\r\n'));
  }
}

// Concealed text (8); in `38;5;8` that is a colour.
function hides(parameters: string): boolean {
  const others = parameters.replace(/(?:^|;)(?:38|48);(?:5;\d*|2;\d*;\d*;\d*)/g, '');
  return /(?:^|;)0*8(?=[;:]|$)/.test(others);
}
