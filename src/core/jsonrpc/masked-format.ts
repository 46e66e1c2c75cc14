import type { Fit } from './fit.ts';

/** Whether a text may hold what stands in for a secret. */
export function isMasked(text: string): boolean {
  return text.includes('hpm_');
}

/**
 * Formats (JSON Schema Validation, section 7.3, and OpenAPI's) that a text with a placeholder in it may have or lack: the
 * text that was there before had them. Whatever isn't listed nobody checks, or any text fits.
 */
const FORMATS: ReadonlyMap<unknown, (text: string) => boolean> = new Map([
  ['uri', (text: string) => URL.canParse(text)],
  ['iri', (text: string) => URL.canParse(text)],
  ['url', (text: string) => URL.canParse(text)],
  ['email', isMail],
  ['idn-email', isMail],
  ['json-pointer', (text: string) => text.startsWith('/')],
  ['json-pointer-uri-fragment', (text: string) => text.startsWith('#')],
  ['byte', (text: string) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0],
  ...[
    'date-time iso-date-time date time iso-time duration uuid ipv4 ipv6',
    'hostname idn-hostname relative-json-pointer',
  ].flatMap((names) => names.split(' ').map((name) => [name, () => false] as const)),
]);

/** Undefined for a text that masking has not touched. */
export function fitsFormat(format: unknown, text: string): Fit {
  if (!isMasked(text)) return undefined;
  return FORMATS.get(format)?.(text) ?? true;
}

// A placeholder may stand for a name, but in a domain there is no underscore.
function isMail(text: string): boolean {
  const [name, domain, ...more] = text.split('@');
  return name !== undefined && more.length === 0 && /^[A-Za-z0-9.-]+$/.test(domain ?? '');
}
