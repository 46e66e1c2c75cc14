import { LIMITS } from '../limits.ts';
import type { Passage } from './passage.ts';

/** A value that the output itself says is a secret, and where it stands in the text. */
export interface Announced {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Lines by which a step tells its CI system of a secret. Names are case-insensitive, of GitHub and of Azure.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
 * https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
 * (`setsecret`, and `setvariable` with `issecret=true`). GitLab and Buildkite document none.
 */
const COMMAND =
  /^[\t ]*(?:::add-mask::|##\[add-mask\]|##vso\[task\.setsecret[^\]]*\]|##vso\[task\.setvariable [^\]]*\bissecret=true\b[^\]]*\])(.+)$/i;
const BEGINNINGS = ['::add-mask::', '##[add-mask]', '##vso[task.set'];
const LF = 0x0a;

/** Reads a text that arrives in pieces for such lines. */
export class MaskCommands {
  /** Where the line begins that has not ended yet, and may be one; or the end of the text. */
  open = 0;
  #length = 0;
  /** The line that has not ended yet, as long as it may be one. */
  #line = Buffer.alloc(0);

  /** Takes the next piece of the text; undefined: nothing more comes. */
  advance(passage: Pick<Passage, 'text' | 'lineEnds'> | undefined): Announced[] {
    const { text, lineEnds } = passage ?? NOTHING;
    const shift = this.#line.length;
    const bytes = shift === 0 ? asBuffer(text) : Buffer.concat([this.#line, text]);
    const before = this.#length - shift;
    this.#length += text.length;
    // What is kept has no line end in it: all of them are those of the piece.
    const last = lineEnds.at(-1);
    const complete = last === undefined ? 0 : shift + last + 1;
    const end = passage === undefined ? bytes.length : complete;
    const rest = bytes.subarray(end);
    const isOpen = rest.length < LIMITS.holdBackBytes && mayBegin(rest);
    this.#line = isOpen ? Buffer.from(rest) : Buffer.alloc(0);
    this.open = this.#length - this.#line.length;
    return announcedIn(isOpen ? bytes.subarray(0, end) : bytes, { lineEnds, shift, before });
  }
}

/** Line ends that count from `shift` bytes on, in a text before which there are so many bytes. */
interface Place {
  readonly lineEnds: readonly number[];
  readonly shift: number;
  readonly before: number;
}

function announcedIn(bytes: Buffer, place: Place): Announced[] {
  return linesOfCommands(bytes, place).flatMap(({ start, end }) => {
    // One character a byte, so that places in it are places in the text.
    const value = COMMAND.exec(bytes.toString('latin1', start, end))?.[1];
    if (value === undefined) return [];
    const stop = place.before + end;
    return [
      {
        value: decoded(Buffer.from(value, 'latin1').toString('utf8')),
        start: stop - value.length,
        end: stop,
      },
    ];
  });
}

// Where nothing but blanks is before what they begin with.
function linesOfCommands(bytes: Buffer, { lineEnds, shift }: Place): { start: number; end: number }[] {
  const lines = isCommand(bytes, 0) ? [{ start: 0, end: lineEndIn(bytes, 0) }] : [];
  for (const place of lineEnds) {
    const start = place + shift + 1;
    if (isCommand(bytes, start)) lines.push({ start, end: lineEndIn(bytes, start) });
  }
  return lines;
}

function isCommand(bytes: Buffer, start: number): boolean {
  let at = start;
  while (isBlank(bytes[at])) at++;
  return isMark(bytes[at]) && bytes[at + 1] === bytes[at];
}

function lineEndIn(bytes: Buffer, start: number): number {
  let end = start;
  while (end < bytes.length && !isLineEnd(bytes[end])) end++;
  return end;
}

// What every one of them begins with, twice: `::`, `##`.
function isMark(byte: number | undefined): boolean {
  return byte === 0x3a || byte === 0x23;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === 0x0d;
}

// As runners do: actions/runner, src/Runner.Common/ActionCommand.cs; the agent has the same names.
function decoded(value: string): string {
  return value
    .replaceAll(/%0D/gi, '\r')
    .replaceAll(/%0A/gi, '\n')
    .replaceAll(/%(?:25|AZP25)/gi, '%');
}

function mayBegin(line: Buffer): boolean {
  const head = line.subarray(0, 64).toString('latin1').trimStart().toLowerCase();
  if (line.length === 0) return false;
  return BEGINNINGS.some(
    (beginning) => head.startsWith(beginning) || (head !== '' && beginning.startsWith(head)),
  );
}

const NOTHING = { text: new Uint8Array(0), lineEnds: [] };

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
