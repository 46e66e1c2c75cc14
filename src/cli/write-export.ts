import { type ExportedHeader, exportBundle, exportCast, exportJson } from '../app/export-session.ts';
import type { Inspected } from '../app/show-session.ts';
import type { VerifyDeps } from '../app/verify.ts';
import type { ExportFormat } from '../core/review/source.ts';
import { visibleJson } from '../core/visible.ts';
import { bundleDeps, jsonSink, sessionsDeps } from './compose-sessions.ts';
import type { Terminal } from './terminal.ts';

export interface ExportRequest {
  readonly query: string;
  readonly output: string | undefined;
  /** Where the session is, if not on this machine. */
  readonly elsewhere?: VerifyDeps | undefined;
}

export interface Written {
  readonly inspected: Inspected;
  /** Undefined: stdout. */
  readonly path: string | undefined;
}

/** Writes a session in one of the ways that there are. */
export function writeSession(
  format: ExportFormat,
  request: ExportRequest,
  terminal: Terminal,
): Promise<Written> {
  if (format === 'bundle') return writeBundle(request, terminal);
  return format === 'asciicast' ? writeCast(request, terminal) : writeJson(request, terminal);
}

/** Writes a session as one JSON document, an event a line. To stdout or to a new file. */
async function writeJson({ query, output, elsewhere }: ExportRequest, terminal: Terminal): Promise<Written> {
  const { header, events, inspected } = await exportJson(query, elsewhere ?? sessionsDeps(terminal));
  await writeLines(jsonLines(header, events), output, terminal);
  return { inspected, path: output };
}

/** Writes a session as an asciicast, for players of terminal recordings. To stdout or to a new file. */
async function writeCast({ query, output, elsewhere }: ExportRequest, terminal: Terminal): Promise<Written> {
  const { lines, inspected } = await exportCast(query, elsewhere ?? sessionsDeps(terminal));
  await writeLines(lines, output, terminal);
  return { inspected, path: output };
}

/** Writes a session as a directory that can be checked elsewhere. */
async function writeBundle(
  { query, output, elsewhere }: ExportRequest,
  terminal: Terminal,
): Promise<Written> {
  const deps = await bundleDeps(elsewhere ?? sessionsDeps(terminal), { isOurs: elsewhere === undefined });
  const { inspected, directory } = await exportBundle({ query, output }, deps);
  return { inspected, path: directory };
}

function* jsonLines(header: ExportedHeader, events: Iterable<unknown>): Generator<string> {
  // The header is an object: what follows becomes its last member.
  yield `${visibleJson(header).slice(0, -1)},"events":[`;
  let separator = '';
  for (const event of events) {
    yield `${separator}${visibleJson(event)}`;
    separator = ',';
  }
  yield ']}';
}

async function writeLines(
  lines: Iterable<string>,
  output: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const sink = output === undefined ? undefined : await jsonSink(output);
  try {
    for (const line of lines) {
      if (sink === undefined) terminal.result(line);
      else sink.write(`${line}\n`);
    }
  } finally {
    sink?.close();
  }
}
