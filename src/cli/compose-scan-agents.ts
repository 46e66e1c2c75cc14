import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';

import { AGENT_FILES, type AgentFiles, type AgentPlace } from '../app/agents.ts';
import type { ScanDeps, ScanEvent, Unreadable } from '../app/scan.ts';
import { type AgentText, scanAgents } from '../app/scan-agents.ts';
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
  for (const files of AGENT_FILES) {
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
  if (!path.endsWith('.zst')) return readPieces(path);
  return pipeline(
    createReadStream(path),
    createZstdDecompress(),
    () => undefined,
  ) as AsyncIterable<Uint8Array>;
}

function* rowsIn(
  { path, changed }: FoundFile,
  { agent }: AgentFiles,
  known: string,
): Generator<AgentText | Unreadable> {
  try {
    for (const { table, key, value } of databaseValues(path)) {
      const row = `#${table}/${key}`;
      const place = placeOf(table, key);
      yield {
        agent,
        place,
        changed,
        file: path + row,
        relative: known + row,
        isNamed: true,
        read: () => [value],
      };
    }
  } catch (error) {
    yield {
      file: path,
      reason: `the database can not be read (${error instanceof Error ? error.message : 'unknown'})`,
    };
  }
}

/** Of what editors keep beside conversations: settings, and their own logins. */
const CONVERSATION =
  /ai(?:service|chat)|agent|bubble|chat|composer|conversation|history|interactive|message|prompt/i;

function placeOf(table: string, key: string): AgentPlace {
  if (/^(?:secret:|cursorAuth)/.test(key)) return 'config';
  return CONVERSATION.test(table) || CONVERSATION.test(key) ? 'transcript' : 'config';
}
