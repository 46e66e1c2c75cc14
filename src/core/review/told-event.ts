import { diffLines, definitionName } from '../policy/definitions/tell.ts';
import type { Event, VerdictRecord } from '../session/event.ts';
import { type Span, toned, type Tone } from './styled.ts';

/** What is known of a response by its request. */
export interface Answered {
  readonly method: string;
  readonly tool: string | undefined;
  /** Microseconds between the two. */
  readonly micros: number | undefined;
}

/** A line or more about an event, for who watches a session go by. Output has none: it speaks for itself. */
export function toldEvent(event: Event, answered: Answered | undefined): Span[][] {
  const told = lines(event, answered);
  const [first = [], ...others] = told;
  return told.length === 0 ? [] : [[...first, ...masked(event)], ...others];
}

function lines(event: Event, answered: Answered | undefined): Span[][] {
  switch (event.kind) {
    case 'start':
      return [
        [toned(`${event.session_kind} ${event.connection}`, 'title'), toned(`  ${event.subject}`, 'quiet')],
      ];
    case 'message':
      return [
        [...called(event.direction, nameOf(event, answered)), ...verdict(event.verdict), ...took(answered)],
      ];
    case 'refused':
      return [
        [
          ...called(event.direction, { method: event.method ?? '', tool: event.tool }),
          toned(`REFUSED${times(event.times)} ${event.reason}`, 'bad'),
        ],
      ];
    case 'definition':
      return definition(event);
    case 'output':
    case 'stderr':
      return [];
    default:
      return [[aside(event)]];
  }
}

type Aside = Exclude<Event, { kind: 'start' | 'message' | 'refused' | 'definition' | 'output' | 'stderr' }>;

function aside(event: Aside): Span {
  switch (event.kind) {
    case 'hold':
      return toned(
        `⏸ held ${event.tool ?? event.method ?? ''} as ${event.approval}: ${event.reason}`,
        'warning',
      );
    case 'decision':
      return toned(
        `${event.state} ${event.approval}${event.by.map(({ who }) => `, ${who}`).join('')}`,
        decided(event.state),
      );
    case 'policy':
      return toned(`policy of ${event.hub} changed: ${event.policy}`, 'warning');
    case 'error':
      return toned(`ERROR ${event.code} ${event.message}`, 'bad');
    case 'end':
      return toned(`end: ${event.reason}${exit(event.exit_code)}`, event.exit_code ? 'bad' : 'quiet');
    default:
      return toned(remark(event), 'quiet');
  }
}

function remark(event: Exclude<Aside, { kind: 'hold' | 'decision' | 'policy' | 'error' | 'end' }>): string {
  if (event.kind === 'redact') return `payload of ${event.target} redacted: ${event.reason}`;
  if (event.kind === 'recovered') return `recovered: ${event.lost_payloads} payloads lost`;
  return `note: ${event.text}`;
}

function nameOf(
  event: Event & { kind: 'message' },
  answered: Answered | undefined,
): { method: string; tool: string | undefined } {
  return { method: event.method ?? answered?.method ?? 'response', tool: event.tool ?? answered?.tool };
}

function called(
  direction: 'to_server' | 'to_client',
  { method, tool }: { method: string; tool: string | undefined },
): Span[] {
  const arrow = direction === 'to_server' ? '→' : '←';
  const name = tool === undefined || tool === '' ? [] : [toned(`${tool} `, 'title')];
  return [toned(`${arrow} `, 'accent'), toned(`${method} `), ...name];
}

function verdict({ outcome, reason }: VerdictRecord): Span[] {
  if (outcome === 'allow') return [toned('allow', 'good')];
  return [toned(`${outcome.toUpperCase()} ${reason}`, outcome === 'deny' ? 'bad' : 'warning')];
}

function took(answered: Answered | undefined): Span[] {
  return answered?.micros === undefined ? [] : [toned(`  ${milliseconds(answered.micros)}`, 'quiet')];
}

/** A duration as short as it can be read. */
export function milliseconds(micros: number): string {
  if (micros < 9_950) return `${(micros / 1_000).toFixed(1)} ms`;
  if (micros < 999_500) return `${Math.round(micros / 1_000)} ms`;
  return micros < 99_950_000 ? `${(micros / 1e6).toFixed(1)} s` : `${Math.round(micros / 1e6)} s`;
}

function masked(event: Event): Span[] {
  const listed = 'findings' in event ? (event.findings?.length ?? 0) : 0;
  const count = listed + ('unlisted' in event ? (event.unlisted ?? 0) : 0);
  return count === 0 ? [] : [toned(`  ${count} masked`, 'masked')];
}

function definition(event: Event & { kind: 'definition' }): Span[][] {
  if (event.change === 'pinned')
    return [[toned(`pinned ${event.count ?? 0} of kind ${event.what}`, 'quiet')]];
  const tone: Tone = event.action === 'hide' ? 'bad' : 'warning';
  const head = toned(`${event.change} ${definitionName(event)}: ${event.reason}`, tone);
  return [[head], ...diffLines(event.fields ?? []).map((line) => [toned(`  ${line}`, 'quiet')])];
}

function decided(state: string): Tone {
  if (state === 'denied') return 'bad';
  return state === 'approved' || state === 'used' ? 'good' : 'warning';
}

function times(count: number | undefined): string {
  return count === undefined ? '' : ` ${count} more:`;
}

function exit(code: number | undefined): string {
  return code === undefined ? '' : ` (exit ${code})`;
}
