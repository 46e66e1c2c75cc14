/** Tells whether a path (`/` between its parts) matches. */
export type GlobMatcher = (path: string) => boolean;

/** What one place of a pattern stands for. */
type Token =
  | { readonly kind: 'one'; readonly is: (character: string) => boolean }
  /** Any number of characters but `/`. */
  | { readonly kind: 'star' }
  /** Any number of whole directories, `/` included: zero or more of `name/`. */
  | { readonly kind: 'directories' }
  /** Whatever follows, at least one character. */
  | { readonly kind: 'rest' };

/**
 * A glob as gitignore(5) has it, over whole paths: `*` and `?` stop at `/`, `**` between slashes does not. Patterns are
 * attacker-controlled (a cloned repository's `.gitignore`), and a regular expression made of them can take for ever: here
 * all places of the pattern are tried side by side, so time is pattern x path.
 */
export function compileGlob(pattern: string): GlobMatcher {
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return () => false;
  return plainMatcher(pattern) ?? ((path) => matches(tokens, path));
}

const MAGIC = /[*?[\\]/;

// What most patterns are: a name, or `*.ext`.
function plainMatcher(pattern: string): GlobMatcher | undefined {
  if (!MAGIC.test(pattern)) return (path) => path === pattern;
  const tail = pattern.slice(1);
  if (!pattern.startsWith('*') || tail === '' || MAGIC.test(tail) || tail.includes('/')) return undefined;
  return (path) => path.endsWith(tail) && !path.includes('/');
}

function matches(tokens: readonly Token[], path: string): boolean {
  let places = new Uint8Array(tokens.length + 1);
  enter(tokens, places, 0);
  for (let at = 0; at < path.length; at++) {
    const next = new Uint8Array(tokens.length + 1);
    for (let place = 0; place < tokens.length; place++)
      if (places[place] === 1) step({ tokens, next, place }, path.charAt(at));
    places = next;
  }
  return places[tokens.length] === 1;
}

interface Step {
  readonly tokens: readonly Token[];
  readonly next: Uint8Array;
  readonly place: number;
}

function step({ tokens, next, place }: Step, character: string): void {
  const token = tokens[place];
  if (token === undefined) return;
  if (token.kind === 'one') {
    if (token.is(character)) enter(tokens, next, place + 1);
  } else if (token.kind === 'star') {
    if (character !== '/') enter(tokens, next, place);
  } else if (token.kind === 'rest') {
    next[place] = 1;
    enter(tokens, next, place + 1);
  } else {
    // Still inside a directory's name; behind its slash what follows may begin.
    next[place] = 1;
    if (character === '/') enter(tokens, next, place + 1);
  }
}

// Stars and directories may be nothing, so whatever follows them is entered as well.
function enter(tokens: readonly Token[], places: Uint8Array, from: number): void {
  for (let place = from; ; place++) {
    places[place] = 1;
    const kind = tokens[place]?.kind;
    if (kind !== 'star' && kind !== 'directories') return;
  }
}

// Undefined for a pattern that can't match anything, such as one with a bracket that nobody closes.
function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const read = tokenAt(pattern, at);
    if (read === undefined) return undefined;
    tokens.push(read.token);
    at = read.end;
  }
  return tokens;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function tokenAt(pattern: string, at: number): Read | undefined {
  const character = pattern.charAt(at);
  if (character === '*') return starAt(pattern, at);
  if (character === '?') return { token: one((c) => c !== '/'), end: at + 1 };
  if (character === '[') return classAt(pattern, at);
  if (character !== '\\') return { token: literal(character), end: at + 1 };
  return at + 1 < pattern.length ? { token: literal(pattern.charAt(at + 1)), end: at + 2 } : undefined;
}

function starAt(pattern: string, at: number): Read {
  let end = at + 1;
  while (pattern[end] === '*') end++;
  const begins = at === 0 || pattern[at - 1] === '/';
  if (end - at === 2 && begins && end === pattern.length) return { token: { kind: 'rest' }, end };
  if (end - at === 2 && begins && pattern[end] === '/')
    return { token: { kind: 'directories' }, end: end + 1 };
  return { token: { kind: 'star' }, end };
}

function one(is: (character: string) => boolean): Token {
  return { kind: 'one', is };
}

function literal(wanted: string): Token {
  return one((character) => character === wanted);
}

const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/, // eslint-disable-line no-control-regex -- what the class is
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};

function classAt(pattern: string, start: number): Read | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  const members: ((character: string) => boolean)[] = [];
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    const member = memberAt(pattern, at);
    if (member === undefined) return undefined;
    members.push(member.is);
    at = member.end;
  }
  const token = one((c) => c !== '/' && members.some((is) => is(c)) !== negated);
  return { token, end: at + 1 };
}

interface Member {
  readonly is: (character: string) => boolean;
  readonly end: number;
}

function memberAt(pattern: string, at: number): Member | undefined {
  const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12));
  if (named !== null) {
    const posix = POSIX[named[1] ?? ''];
    return posix === undefined ? undefined : { is: (c) => posix.test(c), end: at + named[0].length };
  }
  const low = memberCharacter(pattern, at);
  if (low === undefined) return undefined;
  if (pattern[low.end] !== '-' || pattern[low.end + 1] === ']')
    return { is: (c) => c === low.character, end: low.end };
  const high = memberCharacter(pattern, low.end + 1);
  return high && { is: (c) => c >= low.character && c <= high.character, end: high.end };
}

function memberCharacter(pattern: string, at: number): { character: string; end: number } | undefined {
  const from = pattern[at] === '\\' ? at + 1 : at;
  const character = pattern[from];
  return character === undefined ? undefined : { character, end: from + 1 };
}
