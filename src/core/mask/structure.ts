import { LIMITS } from '../limits.ts';
import type { Anchor, Hit } from './anchors.ts';
import { byteClass, CLASSES, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { DOUBTFUL } from './profile.ts';
import { SpanMemo } from './span-memo.ts';
import { beginsHere } from './vendor.ts';
import type { Window } from './window.ts';

/** Secrets that are recognised by their structure rather than by whose they are. */
export function structureAnchors(): Anchor[] {
  return [
    { literal: '-----BEGIN ', match: keyBlock },
    // Percent-encoded, and as a form sends it.
    { literal: '-----BEGIN%20', match: keyBlock },
    { literal: '-----BEGIN+', match: keyBlock },
    { literal: 'eyJ', match: jsonWebToken },
    { literal: '://', match: urlPassword },
  ];
}

const LABEL = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 %+');
/** What a key block consists of, also inside a string literal, a JSON string or a percent-encoded one. */
const BODY = byteClass(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \t\r\n\\"\',:.%()@;#|>',
);
const LONGEST_LABEL = 40;
const SHORTEST_BODY = 24;
const DASHES = '-----';
const BEGIN = '-----BEGIN';
const END = '-----END';
const IN_RUN = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/%');

// RFC 7468 and its older relatives: a label with PRIVATE KEY in it, then text enough for a key, up to the END line.
function keyBlock(hit: Hit): Candidate | undefined {
  const { window } = hit;
  const labelEnd = window.runEnd(hit.end, LABEL, hit.end + LONGEST_LABEL);
  if (!/PRIVATE(?: |%20|\+)KEY/.test(text(window, hit.end, labelEnd))) return undefined;
  if (!spelled(window, labelEnd, DASHES)) return undefined;
  const body = labelEnd + DASHES.length;
  const finding = {
    rule: 'private_key',
    kind: 'structure',
    start: hit.start,
    why: 'it is a private key block',
  } as const;
  const stop = hit.start + LIMITS.candidateBytes;
  let at = body;
  let longest = 0;
  let run = 0;
  for (; at < stop; at++) {
    const byte = window.peek(at);
    if (byte === 0x2d && (spelled(window, at, END) || spelled(window, at, BEGIN))) break;
    if (BODY[byte] !== 1) break;
    run = IN_RUN[byte] === 1 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  if (longest < SHORTEST_BODY) return undefined;
  if (at === stop) return { ...finding, end: at, goesOn: BODY };
  return { ...finding, end: blockEnd(window, at) };
}

function blockEnd(window: Window, at: number): number {
  if (!spelled(window, at, END)) return at;
  const label = at + END.length;
  const end = window.runEnd(label, LABEL, label + LONGEST_LABEL);
  return spelled(window, end, DASHES) ? end + DASHES.length : end;
}

const LONGEST_SEGMENT = LIMITS.candidateBytes / 2;
const LONGEST_HEADER = 2048;
const DOT = 0x2e;

// RFC 7515 and 7516 compact forms: the first part must decode to a JSON object that names an algorithm or a type.
function jsonWebToken(hit: Hit): Candidate | undefined {
  const { window } = hit;
  if (!spelled(window, hit.start, 'eyJ') || !beginsHere(window, hit.start)) return undefined;
  const headerEnd = window.longRunEnd(hit.start, CLASSES.b64url, hit.start + LONGEST_HEADER);
  if (window.peek(headerEnd) !== DOT || !isHeader(window, hit.start, headerEnd)) return undefined;
  let end = headerEnd;
  let parts = 1;
  while (parts < 5 && window.peek(end) === DOT) {
    end = window.runEnd(end + 1, CLASSES.b64url, end + 1 + LONGEST_SEGMENT);
    parts++;
  }
  if (parts < 3 || end - headerEnd < 12) return undefined;
  const goesOn = CLASSES.b64url[window.peek(end)] === 1 ? { goesOn: CLASSES.dotted } : {};
  return { rule: 'jwt', kind: 'structure', start: hit.start, end, why: 'it is a JSON Web Token', ...goesOn };
}

/** Headers that were parsed: hostile text repeats one that is none. */
const headers = new SpanMemo();

function isHeader(window: Window, start: number, end: number): boolean {
  const work = (): number => (isJoseHeader(text(window, start, end)) ? 1 : 0);
  return headers.get(window, { start, end, aside: 0 }, work) === 1;
}

function isJoseHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof header !== 'object' || header === null) return false;
    return 'alg' in header || 'typ' in header || 'enc' in header || 'kid' in header;
  } catch {
    // Not JSON, so not a token: that is the answer.
    return false;
  }
}

const SCHEME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-');
const AUTHORITY_END = byteClass(' \t\r\n"\'`<>/?#\\,;|^(){}[]\0');
const USERINFO = complement(AUTHORITY_END);
const HOST_START = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789[_');
const LONGEST_USERINFO = 1024;

/** What documentation writes where a password goes. */
const SAMPLE = /^(?:pass|password|passwd|pwd|x+|\*+|\.+|PASSWORD|PASS)$/;

// RFC 3986, 3.2.1: scheme://user:password@host. Only the password is hidden.
function urlPassword(hit: Hit): Candidate | undefined {
  const { window } = hit;
  if (window.runStart(hit.start, SCHEME, hit.start - 16) === hit.start) return undefined;
  const end = window.runEnd(hit.end, USERINFO, hit.end + LONGEST_USERINFO);
  const authority = text(window, hit.end, end);
  const at = authority.lastIndexOf('@');
  if (at === -1 || HOST_START[window.peek(hit.end + at + 1)] !== 1) return undefined;
  const colon = authority.indexOf(':');
  const isTokenOnly = colon === -1 || colon > at;
  const start = hit.end + (isTokenOnly ? 0 : colon + 1);
  const secret = text(window, start, hit.end + at);
  const kind = judge(secret);
  if (secret === '' || kind === 'reference' || kind === 'dummy' || SAMPLE.test(secret)) return undefined;
  // postgres:postgres@localhost: everybody's.
  if (!isTokenOnly && secret === authority.slice(0, colon)) return undefined;
  if (EXAMPLE_KINDS.has(kind) && isExample(window, hit.end + at + 1)) return undefined;
  if (isTokenOnly && kind !== 'random' && kind !== 'hex') return undefined;
  return {
    rule: 'url_password',
    kind: 'structure',
    start,
    end: hit.end + at,
    why: 'it is the password in a URL',
    confidence: kind === 'empty' || kind === 'common' ? DOUBTFUL : 1,
  };
}

/** What is written in examples; elsewhere people have such passwords. */
const EXAMPLE_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>(['empty', 'common', 'words']);
const EXAMPLE_HOST = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid)$|^\[2001:db8:/i;
const IN_HOST = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[');
const IN_ADDRESS = byteClass('0123456789abcdefABCDEF:[');
const LONGEST_HOST = 64;

// Hosts that are kept for documentation: RFC 2606, RFC 3849.
function isExample(window: Window, at: number): boolean {
  const members = window.peek(at) === 0x5b ? IN_ADDRESS : IN_HOST;
  return EXAMPLE_HOST.test(text(window, at, window.runEnd(at, members, at + LONGEST_HOST)));
}

function spelled(window: Window, at: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++) if (window.peek(at + i) !== literal.charCodeAt(i)) return false;
  return true;
}

function text(window: Window, start: number, end: number): string {
  return window.latin1(start, end);
}
