import type { Anchor, Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { DOUBTFUL } from './profile.ts';
import { latin1 as text } from './values.ts';
import type { Window } from './window.ts';

/** Passwords in URLs and in the data source names that look like them. */
export function urlAnchors(): Anchor[] {
  return [
    { literal: '://', match: urlPassword },
    { literal: '@tcp(', match: dsnPassword },
    { literal: '@unix(', match: dsnPassword },
  ];
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
  if (hit.start === 0 || SCHEME[window.peek(hit.start - 1)] !== 1) return undefined;
  const end = authorityEnd(window, hit.end);
  if (end === undefined) return undefined;
  const authority = text(window, hit.end, end);
  const at = authority.lastIndexOf('@');
  // cvs://:pserver:user@host
  if (authority.startsWith(':pserver:')) return undefined;
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
  if (isTokenOnly && (PUBLIC_HOST.test(authority.slice(at + 1)) || (kind !== 'random' && kind !== 'hex')))
    return undefined;
  return {
    rule: 'url_password',
    kind: 'structure',
    start,
    end: hit.end + at,
    why: 'it is the password in a URL',
    confidence: kind === 'empty' || kind === 'common' ? DOUBTFUL : 1,
  };
}

/** Sentry's addresses for reports are safe to keep public: https://docs.sentry.io/concepts/key-terms/dsn-explainer/ */
const PUBLIC_HOST = /(?:^|\.)ingest(?:\.[a-z]{2})?\.sentry\.io$/;

const HASH = 0x23;
const NOT_AT = complement(byteClass('@'));
const IN_LINE_URL = complement(byteClass(' \t\r\n"\'`<>/\\,;|^(){}[]\0'));
const OPENS_PASSWORD = /^[^:@]*(?:@[\w.-]+)?:(?!\d*$)[^:]*$/;

// A password with a `#` in it, as people write it in ~/.git-credentials, goes on to the host behind the last `@`.
// Undefined where it has no `@`, as most have none.
function authorityEnd(window: Window, from: number): number | undefined {
  const end = window.runEnd(from, USERINFO, from + LONGEST_USERINFO);
  const isCut = window.peek(end) === HASH;
  if (!isCut && window.runEnd(from, NOT_AT, end) === end) return undefined;
  if (!isCut || !OPENS_PASSWORD.test(text(window, from, end))) return end;
  const past = window.runEnd(end, IN_LINE_URL, end + LONGEST_HOST * 2);
  return text(window, end, past).includes('@') ? past : end;
}

const IN_DSN = complement(byteClass(' \t\r\n"\'`<>\\,;\0'));
const COLON = 0x3a;

// user:password@tcp(host:3306)/database: the data source names of Go's MySQL driver.
function dsnPassword({ window, start, floor }: Hit): Candidate | undefined {
  const from = window.runStart(start, IN_DSN, Math.max(floor, start - LONGEST_HOST * 2));
  const colon = window.bytes.indexOf(COLON, from) + 1;
  if (colon <= from || colon >= start) return undefined;
  const kind = judge(text(window, colon, start));
  if (kind === 'reference' || kind === 'dummy') return undefined;
  const confidence = kind === 'empty' || kind === 'common' ? DOUBTFUL : 1;
  const why = 'it is the password in a data source name';
  return { rule: 'url_password', kind: 'structure', start: colon, end: start, why, confidence };
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
