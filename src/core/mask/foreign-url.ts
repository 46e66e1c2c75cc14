interface Span {
  readonly start: number;
  readonly end: number;
}

/** What ends a URL in a text. */
const DELIMITER = /[\s"'`<>]/;
/** A URL may carry another one, encoded, and that a third. */
const DEEPEST = 3;
/** Nobody means so many in each other. */
const MOST_URLS = 16;

/**
 * Whether what stands at `span` of a text is in a URL that leads elsewhere than to `origins`. An attacker may have written all
 * of it: what may be read as a URL is one, as browsers and their like read it (WHATWG URL), and one that can't be read leads
 * elsewhere.
 */
export function isInForeignUrl(text: string, span: Span, origins: readonly string[]): boolean {
  return [runAround(text, span), wholeUrl(text)].some((part) => leadsElsewhere(part, origins, DEEPEST));
}

/** Whether it is in a URL that begins before it, in the same run of text, and leads to one of `origins`. */
export function isInUrlOf(text: string, span: Span, origins: readonly string[]): boolean {
  const before = runAround(text, span).slice(0, span.start - startOfRun(text, span.start));
  return originsIn(before.replaceAll('\\', '/')).length > 0 && !isInForeignUrl(text, span, origins);
}

function startOfRun(text: string, end: number): number {
  let from = end;
  while (from > 0 && !DELIMITER.test(text.charAt(from - 1))) from -= 1;
  return from;
}

function runAround(text: string, { start, end }: Span): string {
  const from = startOfRun(text, start);
  let to = end;
  while (to < text.length && !DELIMITER.test(text.charAt(to))) to += 1;
  return text.slice(from, to);
}

/** A text that begins like a URL is one: line ends and tabs in it are passed over, and blanks are encoded. */
const BEGINS = /^(?:https?|wss?|ftp|file):|^[a-z][a-z0-9+.-]*:[\\/]|^[\\/]{2}/i;

function wholeUrl(text: string): string {
  let from = 0;
  // What control characters it begins with is passed over, too.
  while (from < text.length && text.charCodeAt(from) <= 0x20) from += 1;
  const joined = text
    .slice(from)
    .replaceAll(/[\t\r\n]/g, '')
    .trim();
  if (BEGINS.test(joined)) return joined;
  const authority = authorityOf(joined);
  return authority.length < joined.length && isHost(authority) ? joined : '';
}

function leadsElsewhere(part: string, origins: readonly string[], depth: number): boolean {
  if (part.split(/[/?#]/).some(isReadTwoWays)) return true;
  if (originsIn(part.replaceAll('\\', '/')).some((origin) => !origins.includes(origin))) return true;
  const decoded = depth > 0 ? percentDecoded(part) : part;
  return decoded !== part && leadsElsewhere(decoded, origins, depth - 1);
}

/** Where a URL begins, by its scheme or by the two slashes before a host. */
const STARTS = /(?:https?|wss?|ftp|file):\/*|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/+|\/{2,}/gi;
/** A name with dots in it, as it is in a URL once that has been read (IDNA, numbers, brackets): what by itself is a host. */
const HOST = /^(?:(?:[\w-]+\.)+[a-z][\w-]*\.?|\d+(?:\.\d+){3}|\[[\da-f:.]+\])$/i;
const MAY_BE_HOST = /[.\u3002\uff0e\uff61[]/;
// Longer than any name, and short enough to be read as one.
const LONGEST_HOST = 2000;

// To WHATWG a backslash ends the host, to RFC 3986 it belongs to the user: https://own\@elsewhere.
function isReadTwoWays(part: string): boolean {
  const at = part.indexOf('\\');
  return at !== -1 && part.includes('@', at);
}

function authorityOf(part: string): string {
  return /^[^/?#]*/.exec(part)?.[0] ?? '';
}

/** Of what has no scheme before it. */
function isHost(authority: string): boolean {
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  if (!MAY_BE_HOST.test(host) || /\s/.test(host)) return false;
  if (host.length > LONGEST_HOST) return true;
  return URL.canParse(`https://${host}`) ? HOST.test(new URL(`https://${host}`).hostname) : HOST.test(host);
}

function originsIn(part: string): string[] {
  const starts = [...part.matchAll(STARTS)];
  if (starts.length > MOST_URLS) return [NOWHERE];
  const found = starts.map(({ 0: sign, index }) => {
    const rest = part.slice(index + sign.length);
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(sign)?.[0] ?? 'https:';
    return originOf(`${scheme}//${rest}`);
  });
  if (found.length > 0) return found;
  const authority = authorityOf(part);
  return isHost(authority) ? [originOf(`https://${authority.slice(authority.lastIndexOf('@') + 1)}`)] : [];
}

// Never that of anything: what can't be read leads nobody knows where.
const NOWHERE = '';

function originOf(url: string): string {
  if (!URL.canParse(url)) return NOWHERE;
  const { origin, protocol, host } = new URL(url);
  return origin === 'null' ? `${protocol}//${host}` : origin;
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
