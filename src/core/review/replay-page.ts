import { LIMITS } from '../limits.ts';
import { EscapeTokens, type Token } from './escape-tokens.ts';
import { type PageLine, ReplayPen } from './replay-pen.ts';
import { seen, withSgr } from './sgr.ts';
import { type Span, toned } from './styled.ts';
import { quietModes } from './terminal-modes.ts';

interface Stream {
  readonly decoder: InstanceType<typeof TextDecoder>;
  readonly tokens: EscapeTokens;
  readonly pen: ReplayPen;
}

/** Lines up; to the line above, the line's end or beginning erased, a column: what can be done in lines. */
const MOVES = new Set('ABCDEFGKJ`aed');
/** A jump to a place of a screen, which there is none of here. */
const JUMPS = new Set('Hf');
/** Keypads, a place kept, and which characters there are: nothing of it is seen. */
const QUIET_ESCAPE = /^(?:[=>78]|[()*+][AB])$/;

/**
 * What a session wrote, as lines: of each stream what a terminal would show where no more is obeyed than colours, and movements of the
 * cursor within what was written. All else is shown as it stands.
 */
export class ReplayPage {
  readonly lines: PageLine[] = [];
  readonly #streams = new Map<string, Stream>();

  /** From now on a line of a stream has room for so many cells. */
  resize(name: string, columns: number): void {
    this.#streamOf(name).pen.columns = columns;
  }

  /** Takes what was written to a stream. A character or a sequence that is cut goes on with the next piece. */
  write(name: string, bytes: Uint8Array): void {
    const { decoder, tokens, pen } = this.#streamOf(name);
    for (const token of tokens.push(decoder.decode(bytes, { stream: true }))) draw(pen, token);
    this.#trim();
  }

  /** Adds a line about an event, no longer than anybody reads. */
  tell(spans: readonly Span[]): void {
    const pen = this.#penOf('');
    let room: number = LIMITS.replayToldChars;
    for (const { text, style } of spans) {
      pen.show(text.slice(0, room), style);
      room = Math.max(0, room - text.length);
    }
    this.#trim();
  }

  #streamOf(name: string): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const pen = this.#penOf(name);
    const stream = {
      decoder: new TextDecoder('utf-8', { ignoreBOM: true }),
      tokens: new EscapeTokens(),
      pen,
    };
    this.#streams.set(name, stream);
    return stream;
  }

  #penOf(stream: string): ReplayPen {
    return new ReplayPen(() => {
      const line = { stream, cells: [], styles: [] };
      this.lines.push(line);
      return line;
    });
  }

  #trim(): void {
    const surplus = this.lines.length - LIMITS.replayLines;
    if (surplus <= 0) return;
    const gone = new Set(this.lines.splice(0, surplus));
    for (const { pen } of this.#streams.values()) pen.forget(gone);
  }
}

/** The pieces of a line that look alike, joined. */
export function spansOf(line: PageLine, from = 0, to: number = line.cells.length): Span[] {
  const spans: Span[] = [];
  for (let at = from; at < to;) {
    const style = line.styles[at] ?? {};
    const start = at;
    while (at < to && (line.styles[at] ?? {}) === style) at += 1;
    spans.push({ text: line.cells.slice(start, at).join(''), style: seen(style) });
  }
  return spans.length === 0 ? [toned('')] : spans;
}

function draw(pen: ReplayPen, token: Token): void {
  if (token.kind === 'text') return pen.write(token.text);
  if (token.kind === 'escape' && QUIET_ESCAPE.test(token.text.slice(1))) return;
  if (token.kind !== 'control' || token.between !== '') return pen.show(token.text);
  const { text, parameters, final } = token;
  if (final === 'm' && !/[<-?]/.test(parameters)) pen.style = withSgr(pen.style, parameters);
  else if (MOVES.has(final)) pen.move(final, parameters);
  else if (JUMPS.has(final)) pen.jump();
  else if (quietModes(parameters, final) === undefined) pen.show(text);
}
