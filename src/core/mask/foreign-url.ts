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

function runAround(text: string, { start, end }: Span): string {
  let from = start;
  let to = end;
  while (from > 0 && !DELIMITER.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && !DELIMITER.test(text.charAt(to))) to += 1;
  return text.slice(from, to);
}

/** A text that begins like a URL is one: line ends and tabs in it are passed over, and blanks are encoded. */
const BEGINS = /^(?:https?|wss?|ftp|file):|^[a-z][a-z0-9+.-]*:[\\/]|^[\\/]{2}/i;

function wholeUrl(text: string): string {
  const joined = text.replaceAll(/[\t\r\n]/g, '').trim();
  return BEGINS.test(joined) ? joined : '';
}

function leadsElsewhere(part: string, origins: readonly string[], depth: number): boolean {
  if (originsIn(part.replaceAll('\\', '/')).some((origin) => !origins.includes(origin))) return true;
  const decoded = depth > 0 ? percentDecoded(part) : part;
  return decoded !== part && leadsElsewhere(decoded, origins, depth - 1);
}

/** Where a URL begins, by its scheme or by the two slashes before a host. */
const STARTS = /(?:https?|wss?|ftp|file):\/*|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/+|\/{2,}/gi;
/** A host without a scheme, with something behind it; after an `@`; or by itself. */
const HOST = /^(?:[^/?#@]*@)?((?:[\w-]+\.)+[a-z][\w-]*)(?::\d*)?(?:[/?#]|$)/i;

function originsIn(part: string): string[] {
  const starts = [...part.matchAll(STARTS)];
  if (starts.length > MOST_URLS) return [NOWHERE];
  const found = starts.map(({ 0: sign, index }) => {
    const rest = part.slice(index + sign.length);
    const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(sign)?.[0] ?? 'https:';
    return originOf(`${scheme}//${rest}`);
  });
  if (found.length > 0) return found;
  const [, host] = HOST.exec(part) ?? [];
  return host === undefined ? [] : [originOf(`https://${host}`)];
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
