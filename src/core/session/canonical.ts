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
