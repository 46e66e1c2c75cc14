import { createHash } from 'node:crypto';

import type { Detector } from '../core/mask/detect.ts';
import { type FindingInLine, ScanLines } from './scan-lines.ts';

/** A secret in a file. `before` and `after` are the rest of its line, other secrets replaced by their rule. */
export interface ScanFinding {
  readonly rule: string;
  /** The path as it was asked for; `-` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Byte offsets in the file, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** The same from run to run, also when the secret changes; not derived from it. */
  readonly fingerprint: string;
  readonly why: string;
  readonly before: string;
  readonly after: string;
}

/** A file on the way: its text is read when it is its turn. */
export interface ScanFile {
  /** As shown. */
  readonly file: string;
  /** Relative to the working directory, with `/`; part of fingerprints. */
  readonly relative: string;
  readonly read: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type ScanEvent =
  | { readonly kind: 'finding'; readonly finding: ScanFinding }
  | { readonly kind: 'scanned'; readonly file: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

export interface ScanDeps {
  readonly detector: Detector;
  /** Files under a path, directories walked. Throws ERR_NO_SUCH_FILE when there is no such path. */
  readonly files: (path: string) => Iterable<ScanFile | Unreadable>;
  /** Why a read failed, in words; undefined for an error that is no matter of files. */
  readonly reason: (error: unknown) => string | undefined;
}

/** What stands in the place of a file or directory that can't be opened. */
export interface Unreadable {
  readonly file: string;
  readonly reason: string;
}

/** Looks for secrets in files, directories and standard input (`-`). One that can't be read does not stop the rest. */
export async function* scan(paths: readonly string[], deps: ScanDeps): AsyncGenerator<ScanEvent> {
  for (const path of paths) {
    for (const file of deps.files(path)) {
      if ('reason' in file) yield { kind: 'unreadable', ...file };
      else yield* scanFile(file, deps);
    }
  }
}

async function* scanFile(file: ScanFile, deps: ScanDeps): AsyncGenerator<ScanEvent> {
  try {
    for await (const finding of findingsIn(file, deps.detector)) yield { kind: 'finding', finding };
    yield { kind: 'scanned', file: file.file };
  } catch (error) {
    const reason = deps.reason(error);
    if (reason === undefined) throw error;
    yield { kind: 'unreadable', file: file.file, reason };
  }
}

async function* findingsIn(file: ScanFile, detector: Detector): AsyncGenerator<ScanFinding> {
  const stream = detector.stream({ file: file.file });
  const lines = new ScanLines();
  const seen = new Map<string, number>();
  for await (const chunk of file.read()) {
    lines.push(chunk);
    const found = stream.push(chunk);
    for (const located of lines.locate(found, stream.settled)) yield toFinding(located, file, seen);
  }
  const found = stream.flush();
  for (const located of lines.locate(found, stream.settled)) yield toFinding(located, file, seen);
}

function toFinding(located: FindingInLine, file: ScanFile, seen: Map<string, number>): ScanFinding {
  const { finding, line, column, before, after } = located;
  const { rule, start, end, why } = finding;
  const place = [rule, file.relative, before, after].join('\0');
  const ordinal = seen.get(place) ?? 0;
  seen.set(place, ordinal + 1);
  const fingerprint = createHash('sha256').update(`${place}\0${ordinal}`).digest('hex').slice(0, 32);
  return { rule, file: file.file, line, column, start, end, fingerprint, why, before, after };
}
