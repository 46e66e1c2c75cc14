import { headerText } from '../header-value.ts';
import type { HeaderFields } from '../lane.ts';
import type { Envelope } from './envelope.ts';
import type { ParamHeaders } from './param-headers.ts';

/** First revision without sessions and streams of the server's own; in it headers repeat what the body says. */
export const STATELESS = '2026-07-28';

const NAMED = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** Whether a message is one of 2026-07-28 or later, by its header or by what it claims itself. */
export function isModern({ claim }: Envelope, headers: HeaderFields): boolean {
  return [headers['mcp-protocol-version'], claim?.version].some(
    (version) => version !== undefined && version >= STATELESS,
  );
}

/**
 * Why the headers of a message are not those that its body calls for (2026-07-28, Streamable HTTP, Server Validation);
 * undefined when they are, and in older revisions. Two readers of one message must not see two, so that this is judged
 * even where a server would let it pass. The reasons hold nothing of either: a peer's words may be secrets.
 */
export function headerMismatch(
  envelope: Envelope,
  headers: HeaderFields,
  input: { readonly params: ParamHeaders; readonly body: Uint8Array },
): string | undefined {
  const { kind, method, target, claim } = envelope;
  if (kind === 'response' || !isModern(envelope, headers)) return undefined;
  const version = headers['mcp-protocol-version'];
  if (version === undefined) return missing('MCP-Protocol-Version');
  if (claim?.version !== undefined && claim.version !== version) return other('MCP-Protocol-Version');
  if (kind === 'notification') return differing(envelope, headers);
  if (headers['mcp-method'] === undefined) return missing('Mcp-Method');
  if (headers['mcp-method'] !== method) return other('Mcp-Method');
  return (
    nameMismatch({ method, target }, headers) ??
    (method === 'tools/call' ? paramMismatch(target, headers, input) : undefined)
  );
}

/** Whether a request says in its header alone that it is one of 2026-07-28. Its body has to, too (Overview, `_meta`). */
export function lacksClaim(envelope: Envelope, headers: HeaderFields): boolean {
  return envelope.kind === 'request' && isModern(envelope, headers) && envelope.claim?.version === undefined;
}

// Which headers a notification has to have isn't said; those that it has are not to say something else.
function differing({ method = '', target }: Envelope, headers: HeaderFields): string | undefined {
  const { 'mcp-method': said = method, 'mcp-name': name } = headers;
  if (said !== method) return other('Mcp-Method');
  return name === undefined ? undefined : nameMismatch({ method, target }, headers);
}

function nameMismatch(
  { method = '', target }: { method: string | undefined; target: string | undefined },
  headers: HeaderFields,
): string | undefined {
  const name = headers['mcp-name'];
  if (target === undefined || (name === undefined && !NAMED.has(method))) return undefined;
  if (name === undefined) return missing('Mcp-Name');
  const isNamed = NAMED.has(method) || method.startsWith('tasks/');
  return isNamed && headerText(name) !== target ? other('Mcp-Name') : undefined;
}

function paramMismatch(
  tool: string | undefined,
  headers: HeaderFields,
  { params, body }: { params: ParamHeaders; body: Uint8Array },
): string | undefined {
  const wanted = params.headersFor(tool, body);
  for (const name of params.namesFor(tool)) {
    const [given, repeated] = [headers[name], wanted[name]];
    if (given === undefined && repeated === undefined) continue;
    if (given === undefined) return missing(name);
    const [says, said] = [headerText(given), headerText(repeated ?? '')];
    if (repeated === undefined || says === undefined || !isSame(says, said)) return other(name);
  }
  return undefined;
}

// Numbers are compared as such: 42.0 is 42.
function isSame(a: string, b: string | undefined): boolean {
  return a === b || (NUMBER.test(a) && Number(a) === Number(b));
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

function missing(header: string): string {
  return `the header ${header} is missing`;
}

function other(header: string): string {
  return `the header ${header} is not what the body says`;
}
