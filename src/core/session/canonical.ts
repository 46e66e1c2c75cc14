/**
 * RFC 8785 (JCS) text of plain data: keys sorted by UTF-16 code units, no whitespace, ECMAScript's own string forms.
 * Numbers must be safe integers, members that are undefined are left out, anything but plain data is a RangeError. Lone
 * surrogates, which JCS can't hold, become U+FFFD: text from a peer must not be able to stop the recording.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'number') return integer(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object') return object(value as Record<string, unknown>);
  throw new RangeError(`a ${typeof value} is not plain data`);
}

/**
 * Reads canonical text: undefined unless `canonical` would write exactly this of what it says. So there is no other
 * spelling, no duplicate key, no float. Quicker than writing it anew: `JSON.stringify` differs from RFC 8785 only in the
 * order of keys and in lone surrogates, and those are looked at. Throws what JSON.parse throws.
 */
export function parseCanonical(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return isOrdered(value) && JSON.stringify(value) === text ? value : undefined;
}

function isOrdered(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isOrdered);
  let previous = '';
  for (const key of Object.keys(value)) {
    if (key < previous || !isOrdered((value as Record<string, unknown>)[key])) return false;
    previous = key;
  }
  return true;
}

function object(value: Record<string, unknown>): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}"${key}":${canonical(member)}`;
  }
  return `{${text}}`;
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new RangeError('not an integer below 2^53');
  return String(value);
}
