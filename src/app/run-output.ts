import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Masker } from '../core/mask/masker.ts';
import type { OutputStream } from '../core/run/command.ts';
import { OutputMask } from '../core/run/output-mask.ts';
import type { Shown } from '../core/run/output-page.ts';
import type { ReadPiece } from '../core/run/passage.ts';
import type { RecordBody, TerminalRecord } from '../core/session/event.ts';

/** A secret that a command printed, and that was masked. */
export interface Leak {
  readonly stream: OutputStream;
  /** From 1, in what was shown of that stream. */
  readonly line: number;
  readonly rule: string;
  readonly placeholder: string;
}

interface OutputDeps {
  readonly masker: Masker;
  /** A promise: it is recorded when it resolves, in the order of the calls. Undefined: it is. */
  readonly record: (body: RecordBody, payload: Uint8Array | undefined) => Promise<void> | undefined;
  /** Shows what is masked. A promise: there is room for more when it resolves. */
  readonly show: (stream: OutputStream, masked: Uint8Array) => Promise<void> | undefined;
  /** Why what comes now is recorded and not shown; undefined: it is shown. */
  readonly withheld: () => string | undefined;
  /** Of the terminal that is written to, now; asked first before anything is written. Undefined: there is none. */
  readonly terminal?: () => TerminalRecord | undefined;
  readonly note: (line: string) => void;
  readonly onAnnounced: (value: string) => void;
  /** What was written could not be recorded, so it was not shown. */
  readonly onFailure: (error: HallpassError) => void;
}

/** Takes what a command writes; masks, records and shows it, in this order. */
export class RunOutput {
  readonly #leaks: Leak[] = [];
  readonly #secrets = new Set<string>();
  #leaked = 0;
  #exposed = 0;
  readonly #excepted = new Set<string>();
  readonly #deps: OutputDeps;
  readonly #masks = new Map<OutputStream, OutputMask>();
  readonly #timers = new Map<OutputStream, NodeJS.Timeout>();
  #failure: HallpassError | undefined;
  #isWithheld = false;
  /** The size that is recorded. */
  #terminal: TerminalRecord | undefined;
  /** Bytes that are being recorded, and so not shown. */
  #ahead = 0;
  /** Bytes taken since the event loop had a turn, in which it learns of what is recorded. */
  #sinceTurn = 0;
  /** Resolves when all of that is shown. */
  #shown: Promise<unknown> = Promise.resolve();

  constructor(deps: OutputDeps) {
    this.#deps = deps;
    this.#terminal = deps.terminal?.();
  }

  /** Takes the next piece of a stream, `undefined` at its end. */
  take(stream: OutputStream, piece: ReadPiece | undefined): Promise<void> | undefined {
    clearTimeout(this.#timers.get(stream));
    const mask = this.#maskOf(stream);
    const room = this.#pass(stream, piece === undefined ? mask.end() : mask.push(piece));
    if (piece === undefined) return this.#allShown(room);
    if (mask.held > 0) {
      const timer = setTimeout(() => void this.#pass(stream, mask.idle()), LIMITS.outputIdleMs);
      this.#timers.set(stream, timer);
    }
    return room ?? this.#turn(piece.source.length);
  }

  /** What has come of it: all secrets it printed, of very many the first, and how many. */
  sums(): { leaks: readonly Leak[]; leaked: number; secrets: number; exposed: number; excepted: number } {
    return {
      leaks: this.#leaks,
      leaked: this.#leaked,
      secrets: this.#secrets.size,
      exposed: this.#exposed,
      excepted: this.#excepted.size,
    };
  }

  #maskOf(stream: OutputStream): OutputMask {
    const made = this.#masks.get(stream);
    if (made !== undefined) return made;
    const { masker, onAnnounced } = this.#deps;
    const mask = new OutputMask(masker, { keepWidth: stream === 'terminal', onAnnounced });
    this.#masks.set(stream, mask);
    return mask;
  }

  #pass(stream: OutputStream, shown: Shown): Promise<void> | undefined {
    const { bytes, findings, excepted = [] } = shown;
    // What passed may have been shown before it was told.
    if ((bytes.length === 0 && excepted.length === 0) || this.#failure !== undefined) return undefined;
    const isWithheld = this.#withholds();
    const passed = excepted.length > 0 && { excepted };
    const withheld = isWithheld && ({ withheld: true } as const);
    const resized = stream === 'terminal' && this.#resized();
    const body: RecordBody = { kind: 'output', stream, ...resized, findings, ...passed, ...withheld };
    try {
      const recorded = this.#deps.record(body, bytes.length === 0 ? undefined : bytes);
      const show = (): Promise<void> | undefined => (isWithheld ? undefined : this.#show(stream, shown));
      return recorded === undefined ? show() : this.#showAfter(recorded, { size: bytes.length, show });
    } catch (error) {
      return this.#fail(error);
    }
  }

  #showAfter(
    recorded: Promise<void>,
    { size, show }: { size: number; show: () => Promise<void> | undefined },
  ): Promise<void> | undefined {
    this.#ahead += size;
    const shown = recorded
      .then(
        () => (this.#failure === undefined ? show() : undefined),
        (error: unknown) => this.#fail(error),
      )
      .finally(() => (this.#ahead -= size));
    this.#shown = Promise.all([this.#shown, shown]);
    return this.#ahead > LIMITS.recordAheadBytes ? shown : undefined;
  }

  #turn(bytes: number): Promise<void> | undefined {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < LIMITS.outputEventBytes) return undefined;
    this.#sinceTurn = 0;
    return new Promise((resolve) => void setImmediate(resolve));
  }

  async #allShown(room: Promise<void> | undefined): Promise<void> {
    await Promise.all([this.#shown, room]);
  }

  #show(stream: OutputStream, shown: Shown): Promise<void> | undefined {
    this.#count(stream, shown);
    return shown.bytes.length === 0 ? undefined : this.#deps.show(stream, shown.bytes);
  }

  #fail(error: unknown): undefined {
    if (!(error instanceof HallpassError)) throw error;
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#deps.onFailure(error);
  }

  #withholds(): boolean {
    const { withheld, note } = this.#deps;
    const why = withheld();
    const isWithheld = why !== undefined;
    if (isWithheld !== this.#isWithheld)
      note(isWithheld ? `what the command writes is recorded and not shown: ${why}` : 'it is shown again');
    this.#isWithheld = isWithheld;
    return isWithheld;
  }

  #resized(): { resized: TerminalRecord } | undefined {
    const now = this.#deps.terminal?.();
    const { columns, rows } = this.#terminal ?? {};
    if (now === undefined || (now.columns === columns && now.rows === rows)) return undefined;
    this.#terminal = now;
    return { resized: now };
  }

  #count(stream: OutputStream, { findings, lines, excepted = [] }: Shown): void {
    for (const { placeholder } of excepted) this.#excepted.add(placeholder);
    this.#leaked += findings.length;
    for (const [i, { rule, placeholder }] of findings.entries()) {
      if (placeholder === '') this.#exposed += 1;
      else this.#secrets.add(placeholder);
      if (this.#leaks.length < LIMITS.eventFindings)
        this.#leaks.push({ stream, line: lines[i] ?? 0, rule, placeholder });
    }
  }
}
