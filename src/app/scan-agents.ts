import type { AgentContext, AgentPlace } from './agents.ts';
import { rotationPage } from './rotate.ts';
import {
  type ScanDeps,
  type ScanEvent,
  type ScanFile,
  type ScanFinding,
  scanFile,
  type Unreadable,
} from './scan.ts';

/** A text that an agent keeps: a file, or a row of a database. */
export interface AgentText extends ScanFile {
  readonly agent: string;
  readonly place: AgentPlace;
  /** When the file was last changed: the latest that it can have been. */
  readonly changed: Date;
}

const NEWLINE = 0x0a;
const TIMESTAMP =
  /"(?:timestamp|ts|createdAt|created_at|updatedAt|unixMs)" ?: ?(?:"([^"]{10,40})"|([0-9]{10,16})(?![0-9]))/;

/** Looks for secrets in what agents on this machine keep, and tells which of them a model has seen, and when. */
export async function* scanAgents(
  texts: AsyncIterable<AgentText | Unreadable>,
  deps: ScanDeps,
): AsyncGenerator<ScanEvent> {
  for await (const text of texts) {
    if ('reason' in text) yield { kind: 'unreadable', ...text };
    else yield* scanText(text, deps);
  }
}

async function* scanText(text: AgentText, deps: ScanDeps): AsyncGenerator<ScanEvent> {
  const found: ScanFinding[] = [];
  const others: ScanEvent[] = [];
  for await (const event of scanFile(text, deps)) {
    if (event.kind === 'finding') found.push(event.finding);
    else others.push(event);
  }
  const times = found.length === 0 ? undefined : await timesIn(text, new Set(found.map(({ line }) => line)));
  for (const finding of found) {
    const when = times?.get(finding.line) ?? text.changed.toISOString();
    // Whoever wrote into a transcript, a web page for one, is not asked what may be left out of this.
    yield {
      kind: 'finding',
      finding: { ...finding, allow: undefined, agent: contextOf(finding, text, when) },
    };
  }
  yield* others;
}

function contextOf({ rule }: ScanFinding, { agent, place }: AgentText, when: string): AgentContext {
  return { agent, place, sent: place !== 'config', when, rotate: rotationPage(rule) };
}

// The time that its own line names, or else the last one named before: transcripts are JSON lines, or JSON in order.
async function timesIn(text: AgentText, wanted: ReadonlySet<number>): Promise<Map<number, string>> {
  const times = new Map<number, string>();
  if (text.place === 'config') return times;
  let line = 0;
  let last: string | undefined;
  for await (const bytes of linesOf(text)) {
    line++;
    last = timeIn(bytes.toString('latin1')) ?? last;
    if (last !== undefined && wanted.has(line)) times.set(line, last);
  }
  return times;
}

async function* linesOf({ read }: AgentText): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const piece of read()) {
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...parts, piece.subarray(from, at)]);
      parts = [];
      from = at + 1;
    }
    parts.push(Buffer.from(piece.subarray(from)));
  }
  yield Buffer.concat(parts);
}

/** The first time that a text names under a usual key, in ISO 8601; attacker-controlled like all of a transcript. */
export function timeIn(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, written, number] = match;
  const time = number === undefined ? Date.parse(written ?? '') : epochMs(Number(number));
  return Number.isFinite(time) && time > 0 && time < 8e15 ? new Date(time).toISOString() : undefined;
}

// Seconds have ten digits until the year 2286, milliseconds thirteen, microseconds sixteen.
function epochMs(number: number): number {
  if (number < 1e11) return number * 1000;
  return number < 1e14 ? number : number / 1000;
}
