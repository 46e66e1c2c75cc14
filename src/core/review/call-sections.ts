import { isUtf8 } from 'node:buffer';

import { LIMITS } from '../limits.ts';
import type { Event, FindingRecord } from '../session/event.ts';
import { visible } from '../visible.ts';
import { hexLines } from './hex-lines.ts';
import { type JsonLine, jsonLines } from './json-fold.ts';
import type { ReviewedSession } from './source.ts';

/** An event of a call, and what can be seen of its payload. */
export interface Section {
  readonly event: Event;
  readonly findings: readonly FindingRecord[];
  readonly body: Body;
  /** Bytes of the payload that are not in the body. */
  readonly left: number;
  /** Of the last one: so many events follow that are not looked at. */
  readonly more?: number;
}

export type Body =
  | { readonly kind: 'none' | 'redacted' | 'missing' }
  | { readonly kind: 'json'; readonly text: string; readonly lines: readonly JsonLine[] }
  /** Not JSON: lines of text (harmless on a screen), or of bytes. */
  | { readonly kind: 'text' | 'bytes'; readonly lines: readonly string[] };

/** The events of a call with their payloads, of each no more than its beginning, and all together no more than is looked at. */
export function readSections(session: ReviewedSession, seqs: readonly number[]): Section[] {
  let room: number = LIMITS.reviewCallBytes;
  const more = Math.max(0, seqs.length - LIMITS.reviewCallEvents);
  const sections = seqs.slice(0, LIMITS.reviewCallEvents).map((seq) => {
    const event = session.event(seq);
    const limit = Math.min(room, LIMITS.reviewPayloadBytes);
    room -= Math.min(limit, event.payload?.size ?? 0);
    return readSection(session, event, limit);
  });
  const last = sections.at(-1);
  return last === undefined || more === 0 ? sections : [...sections.slice(0, -1), { ...last, more }];
}

function readSection(session: ReviewedSession, event: Event, limit: number): Section {
  const findings = 'findings' in event ? (event.findings ?? []) : [];
  if (event.payload === undefined) return { event, findings, body: { kind: 'none' }, left: 0 };
  const read = session.payload(event.seq, limit);
  if (read?.state !== 'stored') return { event, findings, body: { kind: read?.state ?? 'missing' }, left: 0 };
  const { bytes } = read;
  const left = event.payload.size - bytes.length;
  return { event, findings, ...bodyOf(bytes, left) };
}

function bodyOf(bytes: Buffer, left: number): { body: Body; left: number } {
  const whole = left > 0 ? wholeCharacters(bytes) : bytes;
  if (!isUtf8(whole))
    return cut('bytes', hexLines(bytes.subarray(0, HEX_BYTES)), left + Math.max(0, bytes.length - HEX_BYTES));
  const text = whole.toString();
  const json = jsonLines(text, left > 0);
  if (json !== undefined) {
    const shown = json.isCut ? (json.lines.at(-1)?.value.to ?? 0) : text.length;
    const after = json.isCut ? Buffer.byteLength(text.slice(shown)) : 0;
    return { body: { kind: 'json', text, lines: json.lines }, left: left + after };
  }
  return cut(
    'text',
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => visible(line, { oneLine: true })),
    left,
  );
}

const HEX_BYTES = 64 * 1024;

function cut(kind: 'text' | 'bytes', lines: readonly string[], left: number): { body: Body; left: number } {
  const shown = lines.slice(0, LIMITS.reviewPayloadLines);
  const rest = lines.slice(LIMITS.reviewPayloadLines).reduce((sum, line) => sum + line.length + 1, 0);
  return { body: { kind, lines: shown }, left: left + rest };
}

// What was cut off may be the rest of a character.
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back < Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
  }
  return bytes;
}
