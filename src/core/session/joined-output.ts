import { LIMITS } from '../limits.ts';
import type { OutputBody, RecordBody } from './event.ts';

/** Output that is to be recorded: what an event says of it, and its bytes. */
export interface OutputPart {
  readonly body: RecordBody;
  readonly parts: readonly Uint8Array[];
}

/**
 * Two pieces of a command's output as one event, which is the first with more behind it: a log of much output is shorter by
 * that, and sooner written. Undefined where they stay two.
 */
export function joinedOutput(first: OutputPart, second: OutputPart): OutputPart | undefined {
  if (!isPlain(first.body) || !isPlain(second.body)) return undefined;
  // It says what the terminal was when its first byte was written.
  if (second.body.resized !== undefined) return undefined;
  if (first.body.stream !== second.body.stream || first.body.withheld !== second.body.withheld)
    return undefined;
  const before = sizeOf(first.parts);
  if (before + sizeOf(second.parts) > LIMITS.outputEventBytes) return undefined;
  const behind = second.body.findings.map((finding) => ({ ...finding, at: movedBehind(finding.at, before) }));
  const findings = [...first.body.findings, ...behind];
  if (findings.length > LIMITS.eventFindings) return undefined;
  return { body: { ...first.body, findings }, parts: [...first.parts, ...second.parts] };
}

/** Whether there may be more behind it. */
export function mayGrow({ body, parts }: OutputPart): boolean {
  return isPlain(body) && sizeOf(parts) < LIMITS.outputEventBytes;
}

/** Bytes of all parts. */
export function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

// What says more than what was found is an event of its own.
function isPlain(body: RecordBody): body is OutputBody {
  return body.kind === 'output' && body.unlisted === undefined && body.excepted === undefined;
}

function movedBehind(at: string, before: number): string {
  const [start = 0, end = 0] = at.split('-').map(Number);
  return `${start + before}-${end + before}`;
}
