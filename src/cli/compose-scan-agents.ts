import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';

import type { AgentFiles, AgentPlace } from '../app/agents.ts';
import { EDITOR_AGENTS } from '../app/editor-agents.ts';
import type { ScanDeps, ScanEvent, Unreadable } from '../app/scan.ts';
import { type AgentText, scanAgents } from '../app/scan-agents.ts';
import { TERMINAL_AGENTS } from '../app/terminal-agents.ts';
import { databaseValues, isDatabase } from '../platform/agent-database.ts';
import { agentBases, expandFiles, type FoundFile } from '../platform/agent-files.ts';
import { readPieces } from '../platform/walk-files.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { slashed } from './compose-scan.ts';

/** What the agents on this machine keep, scanned. */
export function agentEvents(deps: ScanDeps): AsyncGenerator<ScanEvent> {
  const reason = (error: unknown): string | undefined => deps.reason(error) ?? damaged(error);
  return scanAgents(agentTexts(), { ...deps, reason });
}

// What an agent packed and left half-written.
function damaged(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ZSTD_') || code === 'ERR_BUFFER_TOO_LARGE' ? 'it is damaged' : undefined;
}

async function* agentTexts(): AsyncGenerator<AgentText | Unreadable> {
  const bases = agentBases(findWorkspace(process.cwd()));
  // Bases may lie within each other, as where the home directory is the project.
  const seen = new Set<string>();
  for (const files of [...TERMINAL_AGENTS, ...EDITOR_AGENTS]) {
    for (const found of files.paths.flatMap((pattern) => expandFiles(bases[files.base], pattern))) {
      if (seen.has(found.path)) continue;
      seen.add(found.path);
      yield* textsIn(found, files, bases.home);
    }
  }
}

function* textsIn(found: FoundFile, files: AgentFiles, home: string): Generator<AgentText | Unreadable> {
  const { path, changed } = found;
  const { agent, place } = files;
  const known = `~/${slashed(relative(home, path))}`;
  if (isDatabase(path)) yield* rowsIn(found, files, known);
  else
    yield {
      agent,
      place,
      changed,
      file: path,
      relative: known,
      isNamed: true,
      read: () => readAgentFile(path),
    };
}

// Codex packs old sessions.
function readAgentFile(path: string): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return path.endsWith('.zst') ? unpacked(createReadStream(path)) : readPieces(path);
}

function unpacked(packed: Readable): AsyncIterable<Uint8Array> {
  return pipeline(packed, createZstdDecompress(), () => undefined) as AsyncIterable<Uint8Array>;
}

/** RFC 8878, 3.1.1: how what is packed with zstd begins. */
const PACKED = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

// Zed packs the messages in its database.
function readValue(value: Uint8Array): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  const isPacked = PACKED.equals(value.subarray(0, PACKED.length));
  return isPacked ? unpacked(Readable.from([value])) : [value];
}

function* rowsIn(
  { path, changed }: FoundFile,
  { agent, place: usual }: AgentFiles,
  known: string,
): Generator<AgentText | Unreadable> {
  try {
    for (const { table, key, value } of databaseValues(path)) {
      const row = `#${table}/${key}`;
      const place = placeOf({ table, key, usual, isShared: path.endsWith('.vscdb') });
      yield {
        agent,
        place,
        changed,
        file: path + row,
        relative: known + row,
        isNamed: true,
        read: () => readValue(value),
      };
    }
  } catch (error) {
    yield {
      file: path,
      reason: `the database can not be read (${error instanceof Error ? error.message : 'unknown'})`,
    };
  }
}

/** What editors keep beside conversations, settings and their own logins. */
const CONVERSATION =
  /ai(?:service|chat)|agent|bubble|chat|composer|conversation|history|interactive|message|prompt/i;

/** Where agents keep logins beside conversations. */
const LOGINS = /account|auth|credential|control|secret/i;

interface Row {
  readonly table: string;
  readonly key: string;
  /** Of other rows of this database. */
  readonly usual: AgentPlace;
  /** An editor keeps all kinds of things in it. */
  readonly isShared: boolean;
}

function placeOf({ table, key, usual, isShared }: Row): AgentPlace {
  if (!isShared) return LOGINS.test(table) ? 'config' : usual;
  if (/^(?:secret:|cursorAuth)/.test(key)) return 'config';
  return CONVERSATION.test(table) || CONVERSATION.test(key) ? 'transcript' : 'config';
}
