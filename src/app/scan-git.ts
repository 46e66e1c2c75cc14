import { createHash, type Hash } from 'node:crypto';

import type { GitChange } from '../core/git-changes.ts';
import { type ScanDeps, type ScanEvent, type ScanFile, type ScanFinding, scanFile } from './scan.ts';

export interface ScanGitDeps extends ScanDeps {
  readonly changes: AsyncIterable<GitChange>;
  /** The bytes of a content, by its id. */
  readonly read: (blob: string) => AsyncIterable<Uint8Array>;
  /** How a path of the repository is shown. */
  readonly shown: (path: string) => string;
  readonly project: string;
}

const NEWLINE = 0x0a;

/**
 * Looks for secrets in contents that git keeps, and tells those on lines that the change brought: a secret that was in the
 * file before is no matter of this commit. The whole content is scanned all the same, for the rules read around.
 */
export async function* scanGit(deps: ScanGitDeps): AsyncGenerator<ScanEvent> {
  const told = new Set<string>();
  for await (const change of deps.changes) {
    const { events, findings } = await scanChange(change, deps);
    for (const finding of findings) {
      if (told.has(finding.fingerprint)) continue;
      told.add(finding.fingerprint);
      yield { kind: 'finding', finding };
    }
    yield* events;
  }
}

async function scanChange(
  change: GitChange,
  deps: ScanGitDeps,
): Promise<{ events: ScanEvent[]; findings: ScanFinding[] }> {
  const { path, blob, commit } = change;
  const shown = deps.shown(path);
  const file: ScanFile = { file: shown, relative: path, project: deps.project, read: () => deps.read(blob) };
  const events: ScanEvent[] = [];
  const found: ScanFinding[] = [];
  for await (const event of scanFile(file, deps)) {
    if (event.kind === 'finding')
      found.push(commit === undefined ? event.finding : { ...event.finding, commit });
    else events.push(event);
  }
  return { events, findings: await onNewLines(found, change, deps) };
}

// Contents are read a second time where something was found, and only there: nothing of them is kept in memory.
async function onNewLines(
  found: readonly ScanFinding[],
  { blob, before }: GitChange,
  { read }: ScanGitDeps,
): Promise<ScanFinding[]> {
  let fresh = [...found];
  if (fresh.length === 0 || before.length === 0) return fresh;
  const lines = await digestsAt(read(blob), linesOf(fresh));
  for (const old of before) {
    const kept = await presentIn(read(old), new Set(lines.values()));
    fresh = fresh.filter((finding) =>
      [...linesOf([finding])].some((line) => !kept.has(lines.get(line) ?? '')),
    );
  }
  return fresh;
}

function linesOf(findings: readonly ScanFinding[]): Set<number> {
  const lines = new Set<number>();
  for (const { line, endLine } of findings) for (let at = line; at <= endLine; at++) lines.add(at);
  return lines;
}

async function digestsAt(
  pieces: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<number>,
): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  let line = 0;
  for await (const digest of lineDigests(pieces)) {
    line++;
    if (wanted.has(line)) digests.set(line, digest);
  }
  return digests;
}

async function presentIn(
  pieces: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const present = new Set<string>();
  for await (const digest of lineDigests(pieces)) if (wanted.has(digest)) present.add(digest);
  return present;
}

// Lines may be as long as the file, so they are known by a hash, which never leaves this process.
async function* lineDigests(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let hash = createHash('sha256');
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, from)) {
      yield digestOf(hash.update(piece.subarray(from, at)));
      hash = createHash('sha256');
      from = at + 1;
    }
    hash.update(piece.subarray(from));
  }
  yield digestOf(hash);
}

function digestOf(hash: Hash): string {
  return hash.digest('base64');
}
