import type { OutputSink, OutputStream } from '../../src/core/run/command.ts';
import { type OutputOptions, OutputMask } from '../../src/core/run/output-mask.ts';
import type { Masker } from '../../src/core/mask/masker.ts';
import type { Shown } from '../../src/core/run/output-page.ts';
import { TerminalText } from '../../src/core/run/terminal-text.ts';

/** Reads what a program writes, and masks it. */
export class ReadingMask {
  readonly #text = new TerminalText();
  readonly #mask: OutputMask;

  constructor(masker: Masker, options: OutputOptions) {
    this.#mask = new OutputMask(masker, options);
  }

  get held(): number {
    return this.#mask.held;
  }

  push(bytes: Uint8Array): Shown {
    return this.#mask.push(this.#text.push(bytes));
  }

  idle(): Shown {
    return this.#mask.idle();
  }

  end(): Shown {
    return inOne(this.#mask.push(this.#text.end()), this.#mask.end());
  }
}

/** Reads what a program writes into a sink, `undefined` at the end. */
export function readingInto(
  sink: OutputSink,
): (stream: OutputStream, bytes: Uint8Array | undefined) => Promise<void> | undefined {
  const texts = new Map<OutputStream, TerminalText>();
  return (stream, bytes) => {
    const text = texts.get(stream) ?? new TerminalText();
    texts.set(stream, text);
    if (bytes !== undefined) return sink(stream, text.push(bytes));
    void sink(stream, text.end());
    return sink(stream, undefined);
  };
}

function inOne(first: Shown, second: Shown): Shown {
  const before = first.bytes.length;
  const at = (place: string): string =>
    place
      .split('-')
      .map((offset) => Number(offset) + before)
      .join('-');
  const excepted = [...(first.excepted ?? []), ...(second.excepted ?? [])];
  return {
    bytes: Buffer.concat([first.bytes, second.bytes]),
    findings: [...first.findings, ...second.findings.map((it) => ({ ...it, at: at(it.at) }))],
    lines: [...first.lines, ...second.lines],
    ...(excepted.length > 0 && { excepted }),
  };
}
