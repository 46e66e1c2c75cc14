import { exportBundle, exportJson } from '../app/export-session.ts';
import type { Inspected } from '../app/show-session.ts';
import { visibleJson } from '../core/visible.ts';
import { bundleDeps, jsonSink, sessionsDeps } from './compose-sessions.ts';
import type { Terminal } from './terminal.ts';

export interface ExportRequest {
  readonly query: string;
  readonly output: string | undefined;
}

export interface Written {
  readonly inspected: Inspected;
  /** Undefined: stdout. */
  readonly path: string | undefined;
}

/** Writes a session as one JSON document, an event a line. To stdout or to a new file. */
export async function writeJson({ query, output }: ExportRequest, terminal: Terminal): Promise<Written> {
  const { header, events, inspected } = await exportJson(query, sessionsDeps(terminal));
  const sink = output === undefined ? undefined : await jsonSink(output);
  const line = (text: string): void => (sink ? sink.write(`${text}\n`) : terminal.result(text));
  try {
    // The header is an object: what follows becomes its last member.
    line(`${visibleJson(header).slice(0, -1)},"events":[`);
    let separator = '';
    for (const event of events) {
      line(`${separator}${visibleJson(event)}`);
      separator = ',';
    }
    line(']}');
  } finally {
    sink?.close();
  }
  return { inspected, path: output };
}

/** Writes a session as a directory that can be checked elsewhere. */
export async function writeBundle({ query, output }: ExportRequest, terminal: Terminal): Promise<Written> {
  const { inspected, directory } = await exportBundle(
    { query, output },
    await bundleDeps(sessionsDeps(terminal)),
  );
  return { inspected, path: directory };
}
