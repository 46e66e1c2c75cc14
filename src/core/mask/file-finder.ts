import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { Finder, Surroundings } from './finder.ts';
import { judge, type ValueKind } from './judge.ts';
import { DOUBTFUL } from './profile.ts';
import type { Window } from './window.ts';

/** Files that hold nothing else, by their names; and on a line of theirs, the secret. */
const FILES: readonly { readonly name: RegExp; readonly line: RegExp }[] = [
  // Rails: `rails credentials:edit`.
  { name: /(?:^|[/\\])(?:master|credentials[/\\]\w+)\.key$/, line: /^(?<secret>[0-9a-f]{32})\s*$/d },
  // Apache httpd (htpasswd), rsyncd.conf(5), nginx: user:password.
  {
    name: /(?:^|[/\\])(?:\.?htpasswd[\w.-]*|rsyncd?\.secrets|passwd\.client)$/i,
    line: /^[^:#\s]{1,64}:(?:[^:\s]{1,64}:)?(?<secret>[^\s:]{4,256})\s*$/d,
  },
  // shadow(5), gshadow(5): an account without a password has `*` or `!`.
  {
    name: /(?:^|[/\\])g?shadow-?$/,
    line: /^[^:#\s]{1,64}:(?<secret>[^:*!\s][^:\s]{11,255}):/d,
  },
  // postconf(5), smtp_sasl_password_maps: host user:password.
  { name: /(?:^|[/\\])sasl_?passwd$/, line: /^[^\s#]\S{0,128}\s+[^\s:]{1,128}:(?<secret>\S{4,128})\s*$/d },
  // pppd(8): client server secret.
  {
    name: /(?:^|[/\\])(?:chap|pap)-secrets$/,
    line: /^[^\s#]\S{0,128}\s+\S{1,128}\s+"?(?<secret>[^\s"]{4,128})/d,
  },
];

const LF = 0x0a;
const NOTHING: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty']);

/** Finds the secrets of files whose name alone says that they hold some. Of such a file the line that is not complete is held back. */
export class FileFinder implements Finder {
  readonly #threshold: number;
  readonly #line: RegExp;
  /** Start of the next line. */
  from = 0;

  private constructor(threshold: number, line: RegExp) {
    this.#threshold = threshold;
    this.#line = line;
  }

  /** The finder for this text; undefined when its file is not known for secrets. */
  static for({ context, threshold }: Surroundings): FileFinder | undefined {
    const { file } = context;
    const kind = file === undefined ? undefined : FILES.find(({ name }) => name.test(file));
    return kind === undefined ? undefined : new FileFinder(threshold, kind.line);
  }

  advance(window: Window, found: Candidate[]): void {
    while (this.from < window.end) {
      const end = lineEnd(window, this.from);
      if (end === -1) return;
      this.#take(window.latin1(this.from, end), found);
      this.from = Math.min(end + 1, window.end);
    }
  }

  shift(count: number): void {
    this.from -= count;
  }

  #take(line: string, found: Candidate[]): void {
    const place = this.#line.exec(line)?.indices?.groups?.['secret'];
    if (place === undefined) return;
    const kind = judge(line.slice(...place));
    const confidence = kind === 'words' || kind === 'common' || kind === 'plain' ? DOUBTFUL : 1;
    if (NOTHING.has(kind) || confidence < this.#threshold) return;
    const [start, end] = [this.from + place[0], this.from + place[1]];
    const why = 'it is in a file that is for secrets';
    found.push({ rule: 'secret_value', kind: 'context', start, end, why, confidence });
  }
}

// Where the line ends; -1 when that is not known yet. A line beyond the limit ends there.
function lineEnd(window: Window, from: number): number {
  const limit = from + LIMITS.tableRowBytes;
  const stop = Math.min(limit, window.end);
  let at = from;
  while (at < stop && window.bytes[at] !== LF) at++;
  return at === window.end && at < limit && !window.final ? -1 : at;
}
