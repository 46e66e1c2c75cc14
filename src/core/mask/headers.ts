import { toBytes, toText } from '../bytes.ts';
import { headerValue } from '../header-value.ts';
import type { HeaderFields } from '../lane.ts';
import type { JsonFinding, MaskedLeaf } from './masked-json.ts';
import type { Masker } from './masker.ts';

/** MCP's encoding of header values that aren't plain ASCII (2026-07-28, Streamable HTTP, Value Encoding). */
const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** Opaque to all but their maker, as ids and cursors in a body are. */
const HANDLES = new Set(['mcp-session-id', 'last-event-id']);

/**
 * Makes the headers that repeat parts of the body equal to the masked body: a server refuses a request in which the two
 * differ, and quotes the header in its error. The others can't change, so that a secret there blocks.
 */
export function maskHeaders(
  fields: HeaderFields,
  { leaves, masker }: { leaves: readonly MaskedLeaf[]; masker: Masker },
): { fields: HeaderFields; blocked: readonly JsonFinding[] } {
  const masked: Record<string, string> = {};
  const blocked: JsonFinding[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'mcp-name' || name.startsWith('mcp-param-'))
      masked[name] = repeat(name, value, { leaves, masker });
    else if (!holdsSecret(name, value, masker)) masked[name] = value;
    else blocked.push(blockedHeader(name));
  }
  return { fields: masked, blocked };
}

/** Whether a header that can't change holds a secret. In session and event ids, often tokens themselves, only a known one counts. */
export function holdsSecret(name: string, value: string, masker: Masker): boolean {
  const text = toBytes(value);
  if (HANDLES.has(name)) return masker.known.find(text).length > 0;
  return masker.strict
    .inspect(text)
    .some(({ kind }) => kind === 'known' || kind === 'vendor' || kind === 'structure');
}

function repeat(
  name: string,
  value: string,
  deps: { leaves: readonly MaskedLeaf[]; masker: Masker },
): string {
  const encoded = SENTINEL.exec(value)?.[1];
  const before = encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
  const leaf = deps.leaves.find((candidate) => candidate.before === before);
  const after =
    leaf?.after ??
    toText(deps.masker.maskText(toBytes(before), { field: name.replace('mcp-param-', '') }).bytes);
  return after === before ? value : headerValue(after);
}

function blockedHeader(name: string): JsonFinding {
  return {
    rule: 'known',
    at: `header ${name}`,
    placeholder: '',
    why: 'a secret in a header that can not change',
  };
}
