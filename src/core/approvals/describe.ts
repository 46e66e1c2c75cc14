import { toBytes, toText } from '../bytes.ts';
import { type JsonPath, walkJson } from '../jsonrpc/json-walk.ts';
import { visible } from '../visible.ts';
import { type Approval, stateOf } from './approval.ts';
import { TAKE_TO_HUB } from './lack.ts';

/** One thing that who decides has to know. */
export interface Fact {
  readonly label: string;
  /** Without anything that a terminal would obey. May have several lines. */
  readonly text: string;
}

/** All of what an approval asks for, for a person. Attacker-written text is made visible. `lack`: what nobody there can give. */
export function describe(approval: Approval, lack?: string): Fact[] {
  const { tool, method, connection, subject, session, restores, findings, rule, reason } = approval;
  return [
    fact('What', `${tool || method} on ${connection}`),
    ...(lack === undefined
      ? []
      : [fact('Note', `here it can only be denied: it takes ${lack}. ${TAKE_TO_HUB}`)]),
    fact('Who', `${subject}, session ${session}`),
    fact('Risk', approval.risk),
    fact('In clear', restores.length === 0 ? 'nothing: what is masked stays masked' : restores.join('; ')),
    fact('Why', `${reason} (${rule})`),
    { label: 'Arguments', text: visible(indented(argumentsOf(approval))) },
    fact(
      'Masked',
      findings.length === 0
        ? 'nothing'
        : findings.map(({ rule: found, at }) => `${found} at ${at}`).join(', '),
    ),
    fact('Needs', needs(approval)),
    ...approval.decisions.map(({ by, verdict, reason: why }) =>
      fact('Said', `${by} ${verdict === 'deny' ? 'denied' : 'approved'}${why === '' ? '' : `: ${why}`}`),
    ),
  ];
}

/** `4:09`, or `1:02:03`. */
export function countdown(approval: Approval, now: number): string {
  const seconds = Math.max(0, Math.ceil((approval.expiresAt - now) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Where it stands, in a word or two. */
export function standing(approval: Approval, now: number): string {
  const state = stateOf(approval, now);
  return state === 'pending' ? countdown(approval, now) : state;
}

/**
 * JSON text with a line for each value, as it would stand in a file. Lexemes stay what they are: parsed and written anew a
 * large number would be another one, and the server sees what was sent.
 */
export function indented(json: string): string {
  let depth = 0;
  const tokens = json.match(TOKENS) ?? [];
  return tokens
    .map((token, at) => {
      const [before, next] = [tokens[at - 1] ?? '', tokens[at + 1] ?? ''];
      if (token === ',') return `,\n${'  '.repeat(depth)}`;
      if (token === ':') return ': ';
      if (OPENING.test(token)) {
        depth += 1;
        return CLOSING.test(next) ? token : `${token}\n${'  '.repeat(depth)}`;
      }
      if (!CLOSING.test(token)) return token;
      depth = Math.max(0, depth - 1);
      return OPENING.test(before) ? token : `\n${'  '.repeat(depth)}${token}`;
    })
    .join('');
}

// A string, a bracket, or whatever else stands together: linear, also for a string that does not end.
const TOKENS = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^"{}[\],:\s]+|(?<=[^{}[\],:\s])\s+(?=[^{}[\],:\s])/gs;
const OPENING = /^[{[]$/;
const CLOSING = /^[}\]]$/;

function fact(label: string, text: string): Fact {
  return { label, text: visible(text, { oneLine: true }) };
}

// The arguments are what it is about; of what has none, all there is. What was cut short is no JSON any more.
function argumentsOf({ presented }: Approval): string {
  const bytes = toBytes(presented);
  let found: string | undefined;
  const container = (path: JsonPath, start: number, end: number): void => {
    const [name, ...above] = path.toReversed();
    const isTop = above.length === 0 || (above.length === 1 && above[0] === 'params');
    if (name === 'arguments' && isTop) found = toText(bytes.subarray(start, end));
  };
  try {
    walkJson(bytes, { container });
  } catch {
    return presented;
  }
  return found ?? presented;
}

function needs({ terms, subject, decisions }: Approval): string {
  const { approvals, groups, self } = terms;
  const given = new Set(decisions.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by)).size;
  const people = approvals === 1 ? 'one approval' : `${approvals} approvals of different people`;
  const of = groups.length === 0 ? '' : ` from ${groups.join(' or ')}`;
  return `${people}${of}${self ? '' : `, not of ${subject}`}; ${given} given`;
}
