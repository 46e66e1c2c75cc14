import { LIMITS } from '../limits.ts';

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
/** What every one of them begins with. */
const MARKS = ['::', '##'];
const LF = 0x0a;

/** Reads a text that arrives in pieces for such lines. */
export class MaskCommands {
  /** Where the line begins that has not ended yet, and may be one; or the end of the text. */
  open = 0;
  #length = 0;
  /** The line that has not ended yet, as long as it may be one. */
  #line = Buffer.alloc(0);

  /** Takes the next piece of the text; undefined: nothing more comes. */
  advance(text: Uint8Array | undefined): Announced[] {
    const before = this.#length - this.#line.length;
    const bytes = this.#line.length === 0 ? asBuffer(text) : Buffer.concat([this.#line, asBuffer(text)]);
    this.#length += text?.length ?? 0;
    const end = text === undefined ? bytes.length : bytes.lastIndexOf(LF) + 1;
    const rest = bytes.subarray(end);
    const isOpen = rest.length < LIMITS.holdBackBytes && mayBegin(rest);
    this.#line = isOpen ? Buffer.from(rest) : Buffer.alloc(0);
    this.open = this.#length - this.#line.length;
    return announcedIn(bytes.subarray(0, isOpen ? end : bytes.length), before);
  }
}

function announcedIn(bytes: Buffer, base: number): Announced[] {
  return linesOfCommands(bytes).flatMap(({ start, end }) => {
    // One character a byte, so that places in it are places in the text.
    const value = COMMAND.exec(bytes.toString('latin1', start, end))?.[1];
    if (value === undefined) return [];
    const stop = base + end;
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
function linesOfCommands(bytes: Buffer): { start: number; end: number }[] {
  const lines: { start: number; end: number }[] = [];
  for (const mark of MARKS) {
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      let start = at;
      while (start > 0 && isBlank(bytes[start - 1])) start--;
      if (start > 0 && !isLineEnd(bytes[start - 1])) continue;
      let end = at;
      while (end < bytes.length && !isLineEnd(bytes[end])) end++;
      lines.push({ start, end });
      at = end;
    }
  }
  return lines.toSorted((a, b) => a.start - b.start);
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

function asBuffer(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined) return Buffer.alloc(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
