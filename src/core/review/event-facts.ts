import { definitionName, diffLines } from '../policy/definitions/tell.ts';
import type {
  DecisionBody,
  DefinitionBody,
  Event,
  Excepting,
  MessageBody,
  RecoveredBody,
  RefusedBody,
} from '../session/event.ts';
import { isoTime } from '../session/summary.ts';
import type { Tone } from './styled.ts';
import { sizeText } from './terminal-sizes.ts';

/** Something about an event, for a person. Its text may be anybody's. */
export interface EventFact {
  readonly label: string;
  readonly text: string;
  readonly tone?: Tone;
}

/** What an event is, in a word or two. */
export function eventTitle(event: Event): string {
  switch (event.kind) {
    case 'message':
      if (event.method === undefined) return event.direction === 'to_client' ? '← response' : '→ response';
      return `${event.direction === 'to_server' ? '→' : '←'} ${event.id === undefined ? 'notification' : 'request'}`;
    case 'refused':
      return `${event.direction === 'to_server' ? '→' : '←'} refused`;
    case 'output':
      return event.stream;
    default:
      return event.kind;
  }
}

/** What an event says besides its payload and its findings. */
export function eventFacts(event: Event): EventFact[] {
  switch (event.kind) {
    case 'start':
      return startFacts(event);
    case 'message':
      return [...named(event), verdictFact(event), ...givenFacts(event), ...flags(event)];
    case 'refused':
      return [...named(event), { label: 'refused', text: refusal(event), tone: 'bad' }, ...flags(event)];
    case 'hold':
      return [
        ...named(event),
        { label: 'held', text: `${event.reason} [${event.rule}]`, tone: 'warning' },
        { label: 'approval', text: event.approval },
        { label: 'takes', text: takes(event) },
        { label: 'until', text: isoTime(event.expires_at) },
      ];
    case 'decision':
      return decisionFacts(event);
    case 'definition':
      return definitionFacts(event);
    default:
      return restFacts(event);
  }
}

type Rest = Exclude<Event, { kind: 'start' | 'message' | 'refused' | 'hold' | 'decision' | 'definition' }>;

function restFacts(event: Rest): EventFact[] {
  switch (event.kind) {
    case 'policy':
      return [
        { label: 'policy', text: event.policy },
        { label: 'of', text: event.hub },
        { label: 'digest', text: event.digest },
      ];
    case 'output':
      return [...resizedFacts(event), ...(event.withheld === true ? [WITHHELD] : []), ...flags(event)];
    case 'stderr':
      return flags(event);
    case 'error':
      return [
        { label: 'code', text: event.code, tone: 'bad' },
        { label: 'error', text: event.message },
      ];
    default:
      return endingFacts(event);
  }
}

function resizedFacts({ resized }: Event & { kind: 'output' }): EventFact[] {
  return resized === undefined ? [] : [{ label: 'terminal', text: `${sizeText(resized)} from here on` }];
}

const WITHHELD: EventFact = {
  label: 'shown',
  text: 'to nobody: what was in force had run out',
  tone: 'warning',
};

// What stands at the end of a session, and behind it.
function endingFacts(event: Extract<Rest, { kind: 'recovered' | 'redact' | 'note' | 'end' }>): EventFact[] {
  switch (event.kind) {
    case 'recovered':
      return recoveredFacts(event);
    case 'redact':
      return [
        { label: 'removed', text: `the payload of event ${event.target}` },
        { label: 'reason', text: event.reason },
        ...(event.attended === false ? [UNATTENDED] : []),
      ];
    case 'note':
      return [
        { label: 'note', text: event.text },
        { label: 'about', text: event.target === undefined ? 'the session' : `event ${event.target}` },
        ...(event.attended ? [] : [UNATTENDED]),
      ];
    default:
      return [
        { label: 'end', text: event.reason },
        ...(event.exit_code === undefined ? [] : [{ label: 'exit', text: String(event.exit_code) }]),
        { label: 'counts', text: countsText(event) },
      ];
  }
}

function recoveredFacts({
  cut_bytes: cut,
  cut_payload_bytes: cutPayload,
  lost_payloads: lost,
  signer,
}: RecoveredBody): EventFact[] {
  return [
    { label: 'cut', text: `${cut} bytes of a torn line, ${cutPayload} of payloads without an event` },
    { label: 'lost', text: `${lost} payloads`, ...(lost > 0 && { tone: 'warning' as const }) },
    { label: 'sealed by', text: `${signer.kind} key ${signer.key}` },
  ];
}

const UNATTENDED: EventFact = {
  label: 'remark',
  text: 'an agent with a shell could have done it',
  tone: 'warning',
};

function startFacts(event: Event & { kind: 'start' }): EventFact[] {
  const { argv, env, terminal, issuer, project_file: file, exceptions } = event;
  return [
    { label: 'session', text: event.session },
    { label: 'what', text: `${event.session_kind} ${event.connection}` },
    { label: 'who', text: `${event.subject}${issuer === undefined ? '' : `, says ${issuer}`}` },
    { label: 'upstream', text: event.upstream },
    { label: 'workspace', text: event.workspace },
    ...(argv === undefined ? [] : [{ label: 'command', text: argv.join(' ') }]),
    ...(env === undefined ? [] : [{ label: 'variables', text: env.join(' ') }]),
    ...(terminal === undefined ? [] : [{ label: 'terminal', text: sizeText(terminal) }]),
    { label: 'policy', text: event.policy },
    { label: 'attended', text: event.attended ? 'yes' : 'no' },
    ...(file === undefined
      ? []
      : [{ label: 'project', text: `hallpass.yaml ${file}; an agent with a shell could have trusted it` }]),
    ...(exceptions === undefined
      ? []
      : [
          {
            label: 'exceptions',
            text: `${exceptions.count} of ${exceptions.digest}; an agent with a shell could have written them`,
            tone: 'warning' as const,
          },
        ]),
    { label: 'signer', text: `${event.signer.kind} key ${event.signer.key}` },
    { label: 'versions', text: `hallpass ${event.versions.hallpass}, node ${event.versions.node}` },
  ];
}

function named({ method, tool, id }: Pick<MessageBody, 'method' | 'tool' | 'id'>): EventFact[] {
  const name = [method, tool].filter((one) => one !== undefined).join(' ');
  return [
    ...(name === '' ? [] : [{ label: 'method', text: name, tone: 'title' as const }]),
    ...(id === undefined ? [] : [{ label: 'id', text: id }]),
  ];
}

function verdictFact({ verdict }: MessageBody): EventFact {
  const { outcome, reason, rule } = verdict;
  const tones = { allow: 'good', deny: 'bad', hold: 'warning' } as const;
  return { label: 'verdict', text: `${outcome}: ${reason} [${rule}]`, tone: tones[outcome] };
}

function givenFacts({ waits, returned = [], restored = [] }: MessageBody): EventFact[] {
  return [
    ...(waits === true ? [{ label: 'waits', text: 'its client was told to call again' }] : []),
    ...returned.map((at) => ({
      label: 'returned',
      text: `${at}: given back to the server as it came from there`,
    })),
    ...restored.map((what) => ({
      label: 'in clear',
      text: `${what}: given to the server in clear`,
      tone: 'warning' as const,
    })),
  ];
}

function flags(event: Event): EventFact[] {
  const unlisted = 'unlisted' in event ? (event.unlisted ?? 0) : 0;
  const isUnchecked = 'unchecked' in event && event.unchecked === true;
  return [
    ...(isUnchecked
      ? [{ label: 'unchecked', text: 'opaque binary in it passed', tone: 'warning' as const }]
      : []),
    ...(unlisted > 0
      ? [{ label: 'masked', text: `${unlisted} more than are listed`, tone: 'masked' as const }]
      : []),
    ...('excepted' in event ? exceptedFacts(event) : []),
  ];
}

function exceptedFacts({ excepted = [], unlisted_excepted: more = 0 }: Excepting): EventFact[] {
  const told = excepted.map(({ rule, at, placeholder }) => {
    const place = at === '' ? '' : ` at ${at}`;
    return `${rule}${place}: left in clear by an exception for ${placeholder}`;
  });
  const all = more === 0 ? told : [...told, `${more} more than are listed`];
  return all.map((text) => ({ label: 'excepted', text, tone: 'warning' as const }));
}

function refusal({ reason, times = 1 }: RefusedBody): string {
  return times === 1 ? reason : `${reason} (${times} times)`;
}

function takes({ approvals, groups }: Event & { kind: 'hold' }): string {
  const people = `${approvals} ${approvals === 1 ? 'person' : 'people'}`;
  return groups.length === 0 ? people : `${people} of ${groups.join(', ')}`;
}

function decisionFacts({ approval, state, by, unattended_possible: unattended }: DecisionBody): EventFact[] {
  const isGood = state === 'approved' || state === 'used';
  return [
    { label: 'decision', text: state, tone: isGood ? 'good' : state === 'denied' ? 'bad' : 'warning' },
    { label: 'approval', text: approval },
    ...by.map(({ who, verdict, reason, at, break_glass: glass }) => ({
      label: verdict === 'approve' ? 'approved' : 'denied',
      text: `by ${who} at ${isoTime(at)}${glass === true ? ', BREAKING THE GLASS' : ''}${reason === '' ? '' : `: ${reason}`}`,
    })),
    ...(unattended === true ? [UNATTENDED] : []),
  ];
}

function definitionFacts(event: DefinitionBody): EventFact[] {
  const {
    change,
    action,
    reason,
    count,
    fields = [],
    unlisted_fields: more,
    unattended_possible: unattended,
  } = event;
  const what = change === 'pinned' ? `${count ?? 0} of kind ${event.what}` : definitionName(event);
  const isQuiet = change === 'pinned' || change === 'accepted';
  return [
    {
      label: change,
      text: what,
      ...(!isQuiet && { tone: action === 'hide' ? ('bad' as const) : ('warning' as const) }),
    },
    { label: 'reason', text: reason },
    ...(isQuiet
      ? []
      : [{ label: 'client', text: action === 'hide' ? 'does not see it' : 'sees it all the same' }]),
    ...diffLines(fields).map((text, at) => diffFact(text, at === 0)),
    ...(more === undefined ? [] : [{ label: '', text: `and ${more} more fields` }]),
    ...(unattended === true ? [UNATTENDED] : []),
  ];
}

function diffFact(text: string, isFirst: boolean): EventFact {
  const label = isFirst ? 'differs' : '';
  if (text.startsWith('    - ')) return { label, text, tone: 'bad' };
  return text.startsWith('    + ') ? { label, text, tone: 'good' } : { label, text };
}

function countsText({ counts }: Event & { kind: 'end' }): string {
  const { to_server: there, to_client: back, findings, refused } = counts;
  return `${there} to the server, ${back} to the client, ${findings} finding${findings === 1 ? '' : 's'}, ${refused} not delivered`;
}
