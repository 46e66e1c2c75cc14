import { LIMITS } from '../core/limits.ts';
import type { Detector } from '../core/mask/detect.ts';
import type { FindingKind } from '../core/mask/finding.ts';
import { sha256 } from '../core/sha256.ts';
import type { AllowComment } from './allow-comment.ts';
import type { AgentContext } from './agents.ts';
import { type FindingInLine, ScanLines } from './scan-lines.ts';

/** A secret in a file. `before` and `after` are the rest of its line, other secrets replaced by their rule. */
export interface ScanFinding {
  readonly rule: string;
  readonly kind: FindingKind;
  /** The path as it was asked for; `-` for standard input. */
  readonly file: string;
  readonly line: number;
  /** In characters (code points), from 1. */
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Byte offsets in the file, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** The same from run to run, on every machine, also when the secret changes; not derived from it. */
  readonly fingerprint: string;
  readonly why: string;
  readonly before: string;
  readonly after: string;
  /** What a comment beside it says. */
  readonly allow: AllowComment | undefined;
  /** As the project knows the file. */
  readonly relative: string;
  /** Directory of the project whose exceptions count. */
  readonly project: string | undefined;
  /** The commit that brought it, when history was scanned. */
  readonly commit?: string;
  /** What an agent has done with it, when what agents keep was scanned. */
  readonly agent?: AgentContext;
}

/** A file on the way: its text is read when it is its turn. */
export interface ScanFile {
  /** As shown. */
  readonly file: string;
  /** Relative to its project, with `/`; part of fingerprints. */
  readonly relative: string;
  readonly project?: string | undefined;
  /** Scanned even if it is binary: somebody named it. */
  readonly isNamed?: boolean | undefined;
  readonly read: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type ScanEvent =
  | { readonly kind: 'finding'; readonly finding: ScanFinding }
  | { readonly kind: 'scanned'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'binary'; readonly file: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

export interface ScanDeps {
  readonly detector: Detector;
  /** Why a read failed, in words; undefined for an error that is no matter of files. */
  readonly reason: (error: unknown) => string | undefined;
  /** Told of what was read, for whoever waits. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** What stands in the place of a file or directory that can't be opened. */
export interface Unreadable {
  readonly file: string;
  readonly reason: string;
}

export type ScanSource = Iterable<ScanFile | Unreadable> | AsyncIterable<ScanFile | Unreadable>;

/** Looks for secrets in files. One that can't be read does not stop the rest. */
export async function* scan(files: ScanSource, deps: ScanDeps): AsyncGenerator<ScanEvent> {
  for await (const file of files) {
    if ('reason' in file) yield { kind: 'unreadable', ...file };
    else yield* scanFile(file, deps);
  }
}

/** Looks for secrets in one file. */
export async function* scanFile(file: ScanFile, deps: ScanDeps): AsyncGenerator<ScanEvent> {
  try {
    yield* eventsIn(file, deps);
  } catch (error) {
    const reason = deps.reason(error);
    if (reason === undefined) throw error;
    yield { kind: 'unreadable', file: file.file, reason };
  }
}

async function* eventsIn(file: ScanFile, { detector, onRead }: ScanDeps): AsyncGenerator<ScanEvent> {
  const stream = detector.stream({ file: file.file });
  const lines = new ScanLines();
  const seen = new Map<string, number>();
  let bytes = 0;
  const told = (found: FindingInLine[]): ScanEvent[] =>
    found.map((located) => ({ kind: 'finding', finding: toFinding(located, file, seen) }));
  for await (const chunk of file.read()) {
    if (bytes === 0 && file.isNamed !== true && isBinary(chunk)) {
      yield { kind: 'binary', file: file.file };
      return;
    }
    bytes += chunk.length;
    onRead?.(chunk.length);
    lines.push(chunk);
    const found = stream.push(chunk);
    yield* told(lines.locate(found, stream.settled));
  }
  const found = stream.flush();
  yield* told(lines.locate(found, stream.settled));
  yield { kind: 'scanned', file: file.file, bytes };
}

// As git tells it: a NUL early on.
function isBinary(chunk: Uint8Array): boolean {
  return chunk.subarray(0, LIMITS.binaryProbeBytes).includes(0);
}

function toFinding(located: FindingInLine, file: ScanFile, seen: Map<string, number>): ScanFinding {
  const { finding, ...where } = located;
  const { rule, kind, start, end, why } = finding;
  const { file: shown, relative, project } = file;
  const fingerprint = fingerprintOf([rule, relative, where.before, where.after], seen);
  return { rule, kind, file: shown, start, end, fingerprint, why, ...where, relative, project };
}

// See docs/decisions/0010: neither the secret nor its line number are in it.
function fingerprintOf(place: readonly string[], seen: Map<string, number>): string {
  const text = place.join('\0');
  const ordinal = seen.get(text) ?? 0;
  seen.set(text, ordinal + 1);
  return sha256(`${text}\0${ordinal}`).toString('hex').slice(0, 32);
}
