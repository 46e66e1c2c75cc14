import { LIMITS } from '../limits.ts';
import type { Envelope, Event, StartBody, TerminalRecord } from '../session/event.ts';
import type { ReadPayload } from '../session/payload-reader.ts';
import { visible, visibleJson } from '../visible.ts';
import { CastText } from './cast-text.ts';
import { previewOf } from './payload-preview.ts';
import { type Span, toned, type Tone } from './styled.ts';
import { sizeIn } from './terminal-sizes.ts';
import { type Answered, toldEvent } from './told-event.ts';

/** An event with its payload, and on a response what it answers. */
export interface CastEvent {
  readonly event: Event;
  readonly answers: Answered | undefined;
  readonly payload: ReadPayload | undefined;
}

/** The size that terminals have unless somebody says otherwise: of what ran on none, none is recorded. */
const SIZE = { columns: 80, rows: 24 };
const INDENT = '    ';

/**
 * A session as an asciicast v2 (docs.asciinema.org/manual/asciicast/v2), line by line: what a command wrote when it did, or calls as
 * text; a marker wherever secrets were masked. Harmless to whatever plays it.
 */
export function* asciicast(events: Iterable<CastEvent>): Generator<string> {
  const cast = new Cast();
  for (const one of events) yield* cast.take(one);
  yield* cast.end();
}

class Cast {
  readonly #streams = new Map<string, CastText>();
  #isRun = false;
  #isWithheld = false;
  /** Seconds; whoever wrote the log may have turned time back. */
  #time = 0;
  /** What was written stops within a line. */
  #isWithin = false;

  *take({ event, answers, payload }: CastEvent): Generator<string> {
    if (event.kind === 'start') yield header(event);
    if (event.kind === 'start') this.#isRun = event.session_kind === 'run';
    this.#time = Math.max(this.#time, event.mono / 1e6);
    const size = event.kind === 'start' ? undefined : sizeIn(event);
    if (size !== undefined) yield this.#resized(size);
    const rules = 'findings' in event ? (event.findings ?? []).map(({ rule }) => rule) : [];
    if (rules.length > 0) yield this.#line('m', visible([...new Set(rules)].join(', '), { oneLine: true }));
    const text =
      event.kind === 'output' || event.kind === 'stderr'
        ? this.#written(event, payload)
        : this.#told(event, { answers, payload });
    if (text !== '') yield this.#line('o', text);
  }

  *end(): Generator<string> {
    const text = Array.from(this.#streams.values(), (stream) => stream.end()).join('');
    if (text !== '') yield this.#line('o', text);
  }

  #resized(size: TerminalRecord): string {
    const { columns, rows } = playable(size);
    return this.#line('r', `${columns}x${rows}`);
  }

  #line(code: 'o' | 'm' | 'r', data: string): string {
    if (code === 'o') this.#isWithin = !data.endsWith('\n');
    return visibleJson([Number(this.#time.toFixed(6)), code, data]);
  }

  #written(event: Event & { kind: 'output' | 'stderr' }, payload: ReadPayload | undefined): string {
    const name = event.kind === 'output' ? event.stream : 'stderr';
    const stream = this.#streams.get(name) ?? new CastText({ isTerminal: name === 'terminal' });
    this.#streams.set(name, stream);
    const isWithheld = event.kind === 'output' && event.withheld === true;
    const isOther = isWithheld !== this.#isWithheld;
    this.#isWithheld = isWithheld;
    const note = isOther ? this.#asLines([[toned(isWithheld ? WITHHELD : SHOWN_AGAIN, 'warning')]]) : '';
    if (payload?.state === 'stored') return note + stream.push(payload.bytes);
    return (
      note + this.#asLines([[toned(`(what was written here is ${payload?.state ?? 'missing'})`, 'quiet')]])
    );
  }

  // Of a command, its output begins and ends it.
  #told(event: Event, { answers, payload }: Pick<CastEvent, 'answers' | 'payload'>): string {
    if (this.#isRun && (event.kind === 'start' || event.kind === 'end')) return '';
    const lines = toldEvent(event, answers);
    const preview = payload === undefined ? [] : [[toned(INDENT + shortened(payload), 'quiet')]];
    return this.#asLines([...lines, ...preview]);
  }

  #asLines(lines: readonly (readonly Span[])[]): string {
    const text = lines.map((line) => `${line.map(coloured).join('')}\r\n`).join('');
    return this.#isWithin && text !== '' ? `\r\n${text}` : text;
  }
}

const WITHHELD = 'what follows was recorded, and shown to nobody when it was written';
const SHOWN_AGAIN = 'what follows was shown again';

function header(start: StartBody & Envelope): string {
  const { session_kind: kind, connection, argv, time, terminal = SIZE } = start;
  const { columns: width, rows: height } = playable(terminal);
  return visibleJson({
    version: 2,
    width,
    height,
    timestamp: Math.floor(time / 1_000),
    title: visible(`hallpass ${kind} ${argv?.join(' ') ?? connection}`, { oneLine: true }),
    env: { TERM: 'xterm-256color' },
  });
}

// A player makes a screen of that size, and the log may be anybody's.
function playable({ columns, rows }: TerminalRecord): TerminalRecord {
  return { columns: Math.min(columns, LIMITS.castColumns), rows: Math.min(rows, LIMITS.castRows) };
}

function shortened(payload: ReadPayload): string {
  const some: ReadPayload =
    payload.state === 'stored'
      ? { ...payload, bytes: payload.bytes.subarray(0, LIMITS.replayPayloadBytes) }
      : payload;
  const characters = Array.from(previewOf(some));
  return characters.length <= LIMITS.castPayloadChars
    ? characters.join('')
    : `${characters.slice(0, LIMITS.castPayloadChars).join('')}…`;
}

const SGR: Readonly<Record<Tone, string>> = {
  title: '1',
  quiet: '2',
  good: '32',
  warning: '33',
  bad: '1;31',
  accent: '36',
  masked: '1;33',
};

function coloured({ text, style: { tone } }: Span): string {
  const safe = visible(text, { oneLine: true });
  return tone === undefined ? safe : `\u001b[${SGR[tone]}m${safe}\u001b[0m`;
}
