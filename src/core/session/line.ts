import { isUtf8 } from 'node:buffer';

import { LIMITS } from '../limits.ts';
import { parseCanonical } from './canonical.ts';
import { type Event, SESSION_FORMAT } from './event.ts';

/**
 * Reads a line of a log, without its newline. Undefined unless it is canonical and has the fields its kind must have: a
 * line that would be read in two ways, or that the rest of hallpass would stumble over, is no event. The line may be
 * anybody's.
 */
export function parseLine(line: Buffer): Event | undefined {
  if (!isUtf8(line)) return undefined;
  const text = line.toString();
  try {
    const value = parseCanonical(text);
    return isEvent(value) ? value : undefined;
  } catch {
    // Not JSON, or nested so deeply that it could not be written again.
    return undefined;
  }
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const remark: Check = (value) => typeof value === 'string' && value.length <= LIMITS.noteCharacters;
const hex: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const count: Check = (value) => typeof value === 'number' && value >= 0;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shaped =
  (shape: Shape): Check =>
  (value) =>
    isRecord(value) && fits(value, shape);

const direction = oneOf('to_server', 'to_client');
const signer = shaped({ kind: oneOf('device', 'ephemeral'), key: text });
const findings = listOf(shaped({ rule: text, at: text, placeholder: text, why: text }));
const excepting = {
  excepted: optional(listOf(shaped({ rule: text, at: text, placeholder: text }))),
  unlisted_excepted: optional(count),
};
// Two bytes, in the kernel's own words (struct winsize).
const cells: Check = (value) => typeof value === 'number' && value >= 1 && value <= 0xffff;
const terminal = optional(shaped({ columns: cells, rows: cells }));
const verdict = shaped({ outcome: oneOf('allow', 'deny', 'hold'), reason: text, rule: text });
const counts = shaped({ to_server: count, to_client: count, findings: count, refused: count });
const call = { direction, method: optional(text), id: optional(text), tool: optional(text) };

const ENVELOPE: Shape = {
  seq: count,
  time: count,
  mono: count,
  payload: optional(shaped({ size: count, commit: hex })),
};

const KINDS: Readonly<Record<Event['kind'], Shape>> = {
  start: {
    format: oneOf(SESSION_FORMAT),
    session: text,
    session_kind: oneOf('connect', 'run'),
    connection: text,
    subject: text,
    issuer: optional(text),
    workspace: text,
    upstream: text,
    argv: optional(listOf(text)),
    env: optional(listOf(text)),
    terminal,
    policy: text,
    attended: flag,
    project_file: optional(text),
    unattended_possible: optional(oneOf(true)),
    exceptions: optional(shaped({ count, digest: hex, unattended_possible: oneOf(true) })),
    versions: shaped({ hallpass: text, node: text }),
    signer,
  },
  message: {
    ...call,
    findings,
    unlisted: optional(count),
    verdict,
    waits: optional(oneOf(true)),
    returned: optional(listOf(text)),
    restored: optional(listOf(text)),
    ...excepting,
    unchecked: optional(oneOf(true)),
  },
  refused: {
    ...call,
    reason: text,
    times: optional(count),
    findings: optional(findings),
    unlisted: optional(count),
  },
  hold: {
    approval: text,
    rule: text,
    reason: text,
    approvals: count,
    groups: listOf(text),
    expires_at: count,
    method: optional(text),
    id: optional(text),
    tool: optional(text),
  },
  decision: {
    approval: text,
    state: oneOf('approved', 'used', 'denied', 'expired', 'cancelled', 'consumed'),
    by: listOf(
      shaped({
        who: text,
        verdict: oneOf('approve', 'deny'),
        reason: text,
        at: count,
        attended: flag,
        break_glass: optional(oneOf(true)),
      }),
    ),
    unattended_possible: optional(oneOf(true)),
  },
  definition: {
    change: oneOf('pinned', 'changed', 'added', 'removed', 'hidden', 'suspicious', 'accepted'),
    what: oneOf('tool', 'prompt', 'template', 'resource', 'instructions'),
    reason: text,
    action: oneOf('flag', 'hide'),
    name: optional(text),
    count: optional(count),
    fields: optional(listOf(shaped({ at: text, before: optional(text), after: optional(text) }))),
    unlisted_fields: optional(count),
    unattended_possible: optional(oneOf(true)),
  },
  policy: { policy: text, hub: text, digest: hex },
  stderr: { findings, unlisted: optional(count), ...excepting },
  output: {
    stream: oneOf('stdout', 'stderr', 'terminal'),
    resized: terminal,
    findings,
    unlisted: optional(count),
    withheld: optional(oneOf(true)),
    ...excepting,
  },
  error: { code: text, message: text },
  recovered: { cut_bytes: count, cut_payload_bytes: count, lost_payloads: count, signer },
  redact: { target: count, reason: text, attended: optional(flag), signer: optional(signer) },
  note: { text: remark, target: optional(count), attended: flag, signer: optional(signer) },
  end: { reason: text, exit_code: optional(count), counts },
};

function isEvent(value: unknown): value is Event {
  if (!isRecord(value) || !fits(value, ENVELOPE)) return false;
  const { kind } = value;
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind) && fits(value, KINDS[kind as Event['kind']]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function fits(value: Record<string, unknown>, shape: Shape): boolean {
  for (const key in shape) if (!shape[key]?.(value[key])) return false;
  return true;
}
