import { isUtf8 } from 'node:buffer';

import { previewOf } from '../../../core/review/payload-preview.ts';
import type { TimelineRow } from '../../../core/review/rows.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import { toldEvent } from '../../../core/review/told-event.ts';
import type { Event } from '../../../core/session/event.ts';
import { messageOf } from '../../message-of.ts';
import type { Segment } from '../../segments.tsx';
import type { Theme } from '../../theme.ts';

/** So much of a payload is read for a line of the timeline. */
const PEEK = 512;

/** What a row is about, besides its name: what was asked for, said or decided. Whoever wrote it may be hostile. */
export function aboutRow(session: ReviewedSession, row: TimelineRow, theme: Theme): Segment {
  try {
    return about(session, row, theme);
  } catch (error) {
    // Changed or gone under our eyes: what is left to see is seen.
    return { text: messageOf(error), style: theme.bad };
  }
}

function about(session: ReviewedSession, row: TimelineRow, theme: Theme): Segment {
  const [seq] = row.seqs;
  if (seq === undefined) return { text: '' };
  const event = session.event(seq);
  if (row.isRedacted) return { text: '(redacted)', style: theme.quiet };
  if (event.kind === 'output' || event.kind === 'stderr') return outputOf(session, event, theme);
  if (event.kind === 'refused') return { text: event.reason, style: theme.bad };
  if (event.kind === 'message') return { text: peek(session, event), style: theme.quiet };
  const [spans = []] = toldEvent(event, undefined);
  const tone = spans[0]?.style.tone;
  return { text: spans.map((one) => one.text).join(''), ...(tone !== undefined && { style: theme[tone] }) };
}

function outputOf(
  session: ReviewedSession,
  event: Event & { kind: 'output' | 'stderr' },
  theme: Theme,
): Segment {
  const payload = event.payload && session.payload(event.seq, PEEK);
  const name = event.kind === 'output' ? event.stream : 'stderr';
  if (payload?.state !== 'stored')
    return { text: `${name}  (${payload?.state ?? 'nothing'})`, style: theme.quiet };
  const line = text(payload.bytes)
    .split(/[\r\n]+/)
    .find((one) => one.trim() !== '');
  return { text: `${name}  ${line ?? ''}`, style: theme.quiet };
}

function peek(session: ReviewedSession, { seq, payload }: Event): string {
  const read = payload && session.payload(seq, PEEK);
  if (read === undefined) return '';
  if (read.state === 'stored' && !isUtf8(withoutTail(read.bytes))) return '(binary)';
  return previewOf(read);
}

function text(bytes: Buffer): string {
  return isUtf8(withoutTail(bytes)) ? bytes.toString() : '(binary)';
}

// What was cut may end within a character.
function withoutTail(bytes: Buffer): Buffer {
  for (let cut = 1; cut < Math.min(4, bytes.length); cut += 1)
    if (((bytes[bytes.length - cut] ?? 0) & 0xc0) === 0xc0) return bytes.subarray(0, bytes.length - cut);
  return bytes;
}
