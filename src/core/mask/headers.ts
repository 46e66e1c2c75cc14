import { toBytes, toText } from '../bytes.ts';
import { headerValue } from '../header-value.ts';
import type { HeaderFields } from '../lane.ts';
import type { JsonFinding, JsonPassed, MaskedJson, MaskedLeaf } from './masked-json.ts';
import type { Masker } from './masker.ts';

/** MCP's encoding of header values that aren't plain ASCII (2026-07-28, Streamable HTTP, Value Encoding). */
const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** Opaque to all but their maker, as ids and cursors in a body are. */
const HANDLES = new Set(['mcp-session-id', 'last-event-id']);

/** The headers as a server gets them. */
export interface MaskedHeaders {
  readonly fields: HeaderFields;
  readonly blocked: readonly JsonFinding[];
  /** What an exception let pass in them and not in the body. */
  readonly passed: readonly JsonPassed[];
}

/**
 * Makes the headers that repeat parts of the body equal to the masked body: a server refuses a request in which the two
 * differ, and quotes the header in its error. The others can't change, so that a secret there blocks.
 */
export function maskHeaders(
  given: HeaderFields,
  body: Pick<MaskedJson, 'leaves' | 'passed'>,
  masker: Masker,
): MaskedHeaders {
  const fields: Record<string, string> = {};
  const blocked: JsonFinding[] = [];
  const passed: JsonPassed[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'mcp-name' || name.startsWith('mcp-param-')) {
      const repeated = repeat(name, value, { leaves: body.leaves, masker });
      fields[name] = repeated.value;
      passed.push(...repeated.passed);
    } else if (!holdsSecret(name, value, masker)) fields[name] = value;
    else blocked.push(blockedHeader(name));
  }
  const told = new Set(body.passed.map(({ placeholder }) => placeholder));
  return { fields, blocked, passed: passed.filter(({ placeholder }) => !told.has(placeholder)) };
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
  { leaves, masker }: { leaves: readonly MaskedLeaf[]; masker: Masker },
): { readonly value: string; readonly passed: readonly JsonPassed[] } {
  const encoded = SENTINEL.exec(value)?.[1];
  const before = encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
  const leaf = leaves.find((candidate) => candidate.before === before);
  if (leaf !== undefined)
    return { value: leaf.after === before ? value : headerValue(leaf.after), passed: [] };
  const masked = masker.maskText(toBytes(before), { field: name.replace('mcp-param-', '') });
  const at = `header ${name}`;
  const passed = masked.passed.map(({ rule, placeholder }) => ({ rule, at, placeholder }));
  return { value: masked.edits.length === 0 ? value : headerValue(toText(masked.bytes)), passed };
}

function blockedHeader(name: string): JsonFinding {
  return {
    rule: 'known',
    at: `header ${name}`,
    placeholder: '',
    why: 'a secret in a header that can not change',
  };
}
