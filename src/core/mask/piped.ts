import type { Anchor, Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { latin1 } from './values.ts';

/** Passwords that commands are given without an option: through a pipe, as an argument by its place. */
export function pipedAnchors(): Anchor[] {
  return [...Map.groupBy(LINES, ({ literal }) => literal)].map(([literal, lines]) => {
    const patterns = lines.map(({ pattern }) => pattern);
    return { literal, match: (hit: Hit) => onLine(hit, patterns) };
  });
}

const IN_LINE = complement(byteClass('\r\n\0'));
const LONGEST_LINE = 256;
const NO_PASSWORD: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty', 'plain']);

interface Line {
  readonly literal: string;
  /** What follows the literal on its line, with the password in it as `secret`. */
  readonly pattern: RegExp;
}

const LINES: readonly Line[] = [
  {
    literal: 'echo ',
    pattern:
      /^(?:-\w+ )?["']?(?<secret>[^\s"'|]{4,128})["']?\s*\|\s*(?:sudo -\S*S|(?:sudo )?passwd --stdin|(?:docker|podman|helm registry|oras|nerdctl) login .*--password-stdin|gh auth login .*--with-token|docker secret create|vault login -)/d,
  },
  {
    literal: 'echo ',
    pattern: /^(?:-\w+ )?["']?[\w.$-]{1,64}:(?<secret>[^\s"'|]{4,128})["']?\s*\|\s*(?:sudo )?chpasswd/d,
  },
  { literal: 'net user ', pattern: /^[\w."-]{1,64} (?<secret>[^\s/*"]\S{3,64})(?: \/|$)/d },
  {
    literal: 'net use ',
    pattern: /^(?:[A-Za-z*]:? )?\\\\\S{1,128} (?:\/user:\S{1,64} )?(?<secret>[^\s/*]\S{3,64})/d,
  },
  {
    literal: 'htpasswd -',
    pattern: /^\w{0,4}b\w{0,4} (?:-\w+ ){0,3}(?:\S{1,128} )?[\w.@-]{1,64} (?<secret>[^\s-]\S{3,64})\s*$/d,
  },
  ...['sqlplus ', 'expdp ', 'impdp ', 'sqlldr '].map((literal) => ({
    literal,
    pattern: /^(?:-\S{1,16} ){0,3}["']?[\w$#]{1,64}\/(?<secret>[^\s@"'/]{4,64})/d,
  })),
  { literal: 'rootpw ', pattern: /^(?:--(?:plaintext|iscrypted) )?(?<secret>[^\s-]\S{3,128})\s*$/d },
  { literal: 'snmp-server community ', pattern: /^(?!public|private)(?<secret>\S{4,64})/d },
  { literal: 'acs-server key ', pattern: /^(?:\d )?(?<secret>\S{6,64})/d },
  { literal: 'adius-server key ', pattern: /^(?:\d )?(?<secret>\S{6,64})/d },
];

function onLine({ window, end }: Hit, patterns: readonly RegExp[]): Candidate | undefined {
  const stop = window.runEnd(end, IN_LINE, end + LONGEST_LINE);
  const line = latin1(window, end, stop);
  const secret = patterns.map((pattern) => pattern.exec(line)?.indices?.groups?.['secret']).find((at) => at);
  if (secret === undefined || NO_PASSWORD.has(judge(line.slice(...secret)))) return undefined;
  const at = { start: end + secret[0], end: end + secret[1] };
  return { ...at, rule: 'command_password', kind: 'structure', why: 'it is the password of a command' };
}
