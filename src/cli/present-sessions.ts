import { isUtf8 } from 'node:buffer';

import type { ShownEvent, ShownSession } from '../app/show-session.ts';
import type { Event, ExceptedRecord, FindingRecord, StderrBody } from '../core/session/event.ts';
import { diffLines, definitionName } from '../core/policy/definitions/tell.ts';
import type { ReadPayload } from '../core/session/payload-reader.ts';
import { sealText } from '../core/session/seal-text.ts';
import type { ListedSession } from '../core/review/source.ts';
import { sizeText } from '../core/review/terminal-sizes.ts';
import { isoTime } from '../core/session/summary.ts';
import { visible } from '../core/visible.ts';
import { verificationJson } from './present-verify.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = ['SESSION', 'STARTED', 'STATE', 'EVENTS', 'FINDINGS', 'CONNECTION', 'SUBJECT'];

/** Sessions as a table, newest first as they come. */
export function presentList(sessions: readonly ListedSession[], terminal: Terminal): void {
  if (sessions.length === 0) {
    terminal.note('Nothing has been recorded yet. hallpass connect -- COMMAND records the first session.');
    return;
  }
  printTable(COLUMNS, sessions.map(row), terminal);
}

/** One session as a timeline. */
export function presentSession(shown: ShownSession, terminal: Terminal): void {
  for (const moment of shown.events) {
    for (const line of moment.event.kind === 'start' ? startLines(moment.event) : eventLines(moment))
      terminal.result(line);
  }
  terminal.result('');
  terminal.result(sealLine(shown));
}

/** The same for scripts: the verification, then an event a line. */
export function presentSessionJson({ verification, events }: ShownSession, terminal: Terminal): void {
  terminal.json(verificationJson(verification));
  for (const { event, answers, payload } of events) {
    terminal.json({ ...event, ...(answers && { answers }), ...(payload && { content: content(payload) }) });
  }
}

/** One line about the seal, which has been checked. */
export function sealLine(shown: ShownSession): string {
  return oneLine(sealText(shown));
}

function row(summary: ListedSession): string[] {
  const { session, started_at, state, events, findings, connection, subject } = summary;
  const started = started_at?.slice(0, 19).replace('T', ' ') ?? '-';
  return [session, started, state, cell(events), cell(findings), cell(connection), cell(subject)];
}

function cell(value: string | number | null): string {
  return value === null ? '-' : oneLine(String(value));
}

function startLines(start: Event & { kind: 'start' }): string[] {
  const { session, session_kind, connection, subject, workspace, upstream, policy, versions, attended } =
    start;
  const { project_file: file, exceptions, terminal } = start;
  return [
    `session ${session}  ${session_kind} ${connection}  ${subject}  ${isoTime(start.time)}`,
    `  upstream   ${upstream}`,
    `  workspace  ${workspace}`,
    ...(start.env === undefined ? [] : [`  variables  ${start.env.join(' ')}`]),
    ...(terminal === undefined ? [] : [`  terminal   ${sizeText(terminal)}`]),
    ...(file === undefined
      ? []
      : [`  project    hallpass.yaml ${file}; an agent with a shell could have trusted it`]),
    ...(exceptions === undefined
      ? []
      : [
          `  exceptions ${exceptions.count} of ${exceptions.digest}; an agent with a shell could have written them`,
        ]),
    `  policy     ${policy}${attended ? '' : ', unattended'}`,
    `  hallpass   ${versions.hallpass}, node ${versions.node}`,
    '',
  ].map(oneLine);
}

function eventLines(moment: ShownEvent): string[] {
  const { event, payload } = moment;
  const head = `${clock(event)}  ${describe(moment)}`;
  const findings = 'findings' in event ? (event.findings ?? []) : [];
  const unlisted = 'unlisted' in event && event.unlisted !== undefined ? [unlistedLine(event.unlisted)] : [];
  return [
    oneLine(head),
    ...findings.map(findingLine),
    ...unlisted,
    ...(event.kind === 'definition' ? diffLines(event.fields ?? []).map((line) => `      ${line}`) : []),
    ...('returned' in event ? (event.returned ?? []).map(returnedLine) : []),
    ...('excepted' in event ? (event.excepted ?? []).map(exceptedLine) : []),
    ...('unlisted_excepted' in event && event.unlisted_excepted !== undefined
      ? [unlistedLine(event.unlisted_excepted)]
      : []),
    ...('restored' in event ? (event.restored ?? []).map(restoredLine) : []),
    ...payloadLines(payload, event.payload?.size ?? 0),
  ];
}

// With its number: what `sessions redact` and `note` are told.
function clock({ seq, mono }: Event): string {
  return `${String(seq).padStart(4)}${`+${(mono / 1e6).toFixed(3)}`.padStart(10)} s`;
}

function describe({ event, answers }: ShownEvent): string {
  if (event.kind === 'message') return `${arrow(event.direction)} ${messageText(event, answers)}`;
  if (event.kind === 'refused')
    return `${arrow(event.direction)} REFUSED${timesText(event.times)} ${event.method ?? ''} ${event.reason}`;
  if (event.kind === 'hold')
    return `  HELD ${event.tool ?? event.method ?? ''} as ${event.approval}: ${event.reason} [${event.rule}]`;
  if (event.kind === 'decision') return `  ${event.state.toUpperCase()} ${event.approval}${saidText(event)}`;
  if (event.kind === 'definition') return `  ${definitionText(event)}`;
  if (event.kind === 'policy') return `  policy of ${event.hub} changed: ${event.policy}`;
  if (event.kind === 'stderr') return `  stderr${masked(event)}`;
  if (event.kind === 'output')
    return `  ${event.stream}${resizedText(event)}${masked(event)}${event.withheld === true ? ' NOT SHOWN' : ''}`;
  if (event.kind === 'error') return `  ERROR ${event.code} ${event.message}`;
  if (event.kind === 'recovered')
    return `  recovered: ${event.cut_bytes} bytes of a torn line cut, ${event.lost_payloads} payloads lost`;
  if (event.kind === 'redact') return `  payload of ${event.target} redacted: ${event.reason}`;
  if (event.kind === 'note')
    return `  note${event.target === undefined ? '' : ` on ${event.target}`}: ${event.text}`;
  if (event.kind === 'end')
    return `  end: ${event.reason}${event.exit_code === undefined ? '' : ` (exit ${event.exit_code})`}`;
  return `  ${event.kind}`;
}

function resizedText({ resized }: Event & { kind: 'output' }): string {
  return resized === undefined ? '' : ` of ${sizeText(resized)} from here on`;
}

function saidText({ state, by, unattended_possible: unattended }: Event & { kind: 'decision' }): string {
  // What the state says already comes first, and is not said again.
  const verdict = state === 'denied' ? 'deny' : 'approve';
  const alike = by.filter((one) => one.verdict === verdict).map(byWhom);
  const others = by
    .filter((one) => one.verdict !== verdict)
    .map((one) => ` ${PAST[one.verdict]}${byWhom(one)}`);
  const remark = unattended === true ? '; an agent with a shell could have said it' : '';
  return `${[...alike, ...others].join(',')}${remark}`;
}

const PAST = { approve: 'approved', deny: 'denied' } as const;

function byWhom({ who, reason, break_glass: glass }: (Event & { kind: 'decision' })['by'][number]): string {
  return ` by ${who}${glass === true ? ', BREAKING THE GLASS' : ''}${reason && ` (${reason})`}`;
}

function definitionText(event: Event & { kind: 'definition' }): string {
  const { change, action, reason, count, unattended_possible: unattended } = event;
  if (change === 'pinned') return `PINNED ${count ?? 0} of kind ${event.what}: ${reason}`;
  const done = change === 'accepted' ? 'ACCEPTED' : action === 'hide' ? 'HIDDEN' : 'FLAGGED';
  return `${done} ${definitionName(event)}: ${reason}${unattended === true ? '; an agent with a shell could have done it' : ''}`;
}

function timesText(times: number | undefined): string {
  return times === undefined ? '' : ` ${times} more:`;
}

function messageText(event: Event & { kind: 'message' }, answers: ShownEvent['answers']): string {
  const method = event.method ?? answers?.method ?? 'response';
  const tool = event.tool ?? answers?.tool;
  const time = answers === undefined ? '' : `  ${(answers.micros / 1000).toFixed(1)} ms`;
  const { outcome, reason } = event.verdict;
  const verdict = outcome === 'allow' ? 'allow' : `${outcome.toUpperCase()}: ${reason}`;
  const unchecked = event.unchecked ? '  unchecked' : '';
  return `${method}${tool === undefined ? '' : ` ${tool}`}${masked(event)}  ${verdict}${time}${unchecked}`;
}

function arrow(direction: 'to_server' | 'to_client'): string {
  return direction === 'to_server' ? '→' : '←';
}

function masked({ findings, unlisted = 0 }: Pick<StderrBody, 'findings' | 'unlisted'>): string {
  const count = findings.length + unlisted;
  return count === 0 ? '' : `  ${count} masked`;
}

function unlistedLine(count: number): string {
  return `                    and ${count} more`;
}

function returnedLine(at: string): string {
  return oneLine(`                    ${at}: given back to the server as it came from there`);
}

function restoredLine(what: string): string {
  return oneLine(`                    ${what}: given to the server in clear`);
}

function exceptedLine({ rule, at, placeholder }: ExceptedRecord): string {
  const place = at === '' ? '' : ` at ${at}`;
  return oneLine(`                    ${rule}${place}: left in clear by an exception for ${placeholder}`);
}

function findingLine({ rule, at, why, placeholder }: FindingRecord): string {
  return oneLine(`                    ${rule} at ${at === '' ? '/' : at}: ${why} -> ${placeholder}`);
}

function content(payload: ReadPayload): unknown {
  if (payload.state !== 'stored') return { [payload.state]: true };
  const text = asText(payload.bytes);
  return text === undefined ? { base64: payload.bytes.toString('base64') } : { text };
}

function payloadLines(payload: ReadPayload | undefined, size: number): string[] {
  if (payload === undefined) return [];
  if (payload.state !== 'stored') return [`                  | (payload ${payload.state})`];
  const { bytes } = payload;
  const lines = (asText(bytes) ?? bytes.toString('base64')).split('\n');
  if (size > bytes.length)
    lines.push(`… ${size - bytes.length} more bytes: hallpass sessions export has all`);
  return lines.map((line) => `                  | ${oneLine(line)}`);
}

// What is shown may end within a character.
function asText(bytes: Buffer): string | undefined {
  for (let cut = 0; cut < 4; cut += 1) {
    const whole = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(whole)) return whole.toString();
  }
  return undefined;
}

function oneLine(line: string): string {
  return visible(line, { oneLine: true });
}
