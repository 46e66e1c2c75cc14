import { LIMITS } from '../limits.ts';
import type { Anchor, Hit } from './anchors.ts';
import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { firstIssued } from './issued.ts';
import { SpanMemo } from './span-memo.ts';
import { urlAnchors } from './url-password.ts';
import { beginsHere } from './vendor.ts';
import type { Window } from './window.ts';

/** Secrets that are recognised by their structure rather than by whose they are. */
export function structureAnchors(): Anchor[] {
  return [
    { literal: '-----BEGIN ', match: keyBlock },
    // Percent-encoded, and as a form sends it.
    { literal: '-----BEGIN%20', match: keyBlock },
    { literal: '-----BEGIN+', match: keyBlock },
    { literal: 'Private-Lines: ', match: puttyKey },
    { literal: 'eyJ', match: jsonWebToken },
    ...urlAnchors(),
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
  for (; at < stop; at++) {
    const byte = window.peek(at);
    if (byte === 0x2d && (spelled(window, at, END) || spelled(window, at, BEGIN))) break;
    if (BODY[byte] !== 1) break;
  }
  // What stands behind a placeholder was no part of a block when that was put there.
  const end = firstIssued(window, { start: body, end: at }, hit.around.issuedEnd);
  if (!hasRun(window, body, end)) return undefined;
  if (at === stop) return { ...finding, end: at, goesOn: BODY };
  return { ...finding, end: blockEnd(window, at) };
}

function hasRun(window: Window, from: number, end: number): boolean {
  for (let at = from, run = 0; at < end && run < SHORTEST_BODY; at++) {
    run = IN_RUN[window.peek(at)] === 1 ? run + 1 : 0;
    if (run === SHORTEST_BODY) return true;
  }
  return false;
}

function blockEnd(window: Window, at: number): number {
  if (!spelled(window, at, END)) return at;
  const label = at + END.length;
  const end = window.runEnd(label, LABEL, label + LONGEST_LABEL);
  return spelled(window, end, DASHES) ? end + DASHES.length : end;
}

const COUNT = byteClass('0123456789');
const PUTTY_BODY = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n');
const LONGEST_PUTTY_BODY = 8192;

// A .ppk file: the lines of base64 after their number (PuTTY manual, appendix C).
function puttyKey(hit: Hit): Candidate | undefined {
  const { window } = hit;
  const count = window.runEnd(hit.end, COUNT, hit.end + 3);
  if (count === hit.end) return undefined;
  const end = window.runEnd(count, PUTTY_BODY, count + LONGEST_PUTTY_BODY);
  // The next line begins with a word: `Private-MAC: …`.
  const body = text(window, count, end);
  const lines = /^\r?\n(?:[A-Za-z0-9+/=]{1,64}\r?\n){1,127}/.exec(body)?.[0] ?? '';
  const trimmed = lines.trimEnd();
  if (trimmed.length < SHORTEST_BODY) return undefined;
  const start = count + trimmed.length - trimmed.trimStart().length;
  const why = 'it is the private part of a PuTTY key';
  return { rule: 'private_key', kind: 'structure', start, end: count + trimmed.length, why };
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

function spelled(window: Window, at: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++) if (window.peek(at + i) !== literal.charCodeAt(i)) return false;
  return true;
}

function text(window: Window, start: number, end: number): string {
  return window.latin1(start, end);
}
