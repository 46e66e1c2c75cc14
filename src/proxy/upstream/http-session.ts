import { parseMessage, type Envelope } from '../../core/jsonrpc/envelope.ts';
import { headerValue } from '../../core/header-value.ts';
import { withoutElements } from '../../core/jsonrpc/keep-elements.ts';
import { STATELESS } from '../../core/jsonrpc/modern-headers.ts';
import { ParamHeaders, type Unfit } from '../../core/jsonrpc/param-headers.ts';
import type { HeaderFields, ResponseHead } from '../../core/lane.ts';

const NAMED_METHODS = new Set([
  'tools/call',
  'resources/read',
  'prompts/get',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
]);

const SESSION_FIELDS = new Set(['mcp-session-id', 'mcp-protocol-version']);

/**
 * HTTP's side of the protocol for a client that is on stdio and knows nothing of it: the session id, the headers that
 * repeat the body, and in the older revisions the stream on which the server speaks by itself.
 */
export class HttpSession {
  #id: string | undefined;
  #version: string | undefined;
  /** The id of the initialize request whose answer is awaited. */
  #initialize: string | undefined;
  /** The ids of all requests whose answers are awaited. */
  readonly #asked = new Set<string>();
  /** The ids of the requests for tools whose answers are awaited. */
  readonly #lists = new Set<string>();
  readonly #params = new ParamHeaders();

  /** The headers for a message. Revisions before 2026-07-28 want session and version, later ones a copy of the body. */
  headersFor(body: Uint8Array): HeaderFields {
    const { messages } = parseMessage(body);
    for (const { kind, id } of messages) if (kind === 'request' && id !== undefined) this.#asked.add(id);
    const [envelope] = messages;
    if (envelope?.method === 'initialize') {
      this.#initialize = envelope.id;
      return {};
    }
    const version = envelope?.protocolVersion ?? this.#version;
    const isModern = version !== undefined && version >= STATELESS;
    if (envelope?.protocolVersion !== undefined) this.#version = envelope.protocolVersion;
    if (isModern && envelope?.method === 'tools/list' && envelope.id !== undefined)
      this.#lists.add(envelope.id);
    return {
      ...this.#session(isModern),
      ...(version !== undefined && { 'mcp-protocol-version': version }),
      ...(isModern && repeat(envelope)),
      ...(isModern && envelope?.method === 'tools/call' && this.#params.headersFor(envelope.target, body)),
    };
  }

  learn({ headers }: ResponseHead): void {
    this.#id = headers['mcp-session-id'] ?? this.#id;
  }

  /**
   * Listens for the answers to requests, for that to initialize, which names the version that both agreed on, and for
   * tools, which may want arguments repeated in headers. Returns what the client is to have: of a list of tools those
   * that can be called over HTTP.
   */
  hear(raw: Uint8Array): { readonly raw: Uint8Array; readonly unfit: readonly Unfit[] } {
    const unfit = messagesIn(raw).flatMap((envelope) => this.#take(envelope, raw));
    const dropped = new Set(unfit.map(({ index }) => index));
    return { raw: withoutElements(raw, ['result', 'tools'], dropped), unfit };
  }

  #take({ kind, id, protocolVersion }: Envelope, raw: Uint8Array): Unfit[] {
    if (kind !== 'response' || id === undefined) return [];
    this.#asked.delete(id);
    if (id === this.#initialize) {
      this.#initialize = undefined;
      this.#version = protocolVersion ?? this.#version;
    }
    return this.#lists.delete(id) ? this.#params.learn(raw) : [];
  }

  /** The id of the request that a message cancels, where HTTP has no message for that. */
  cancelled(body: Uint8Array): string | undefined {
    const [envelope] = parseMessage(body).messages;
    return this.resumes ? undefined : envelope?.cancels;
  }

  /** Whether one of these requests has yet to be answered. */
  awaits(ids: readonly string[]): boolean {
    return ids.some((id) => this.#asked.has(id));
  }

  /** Whether every request has been answered. */
  get isIdle(): boolean {
    return this.#asked.size === 0;
  }

  /** Nobody waits for these any more. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#asked.delete(id);
  }

  /** In the older revisions a stream that broke off can be taken up again. */
  get resumes(): boolean {
    return this.#version === undefined || this.#version < STATELESS;
  }

  /** True after the message with which the older revisions finish their handshake. */
  opensStream(body: Uint8Array): boolean {
    return parseMessage(body).messages[0]?.method === 'notifications/initialized';
  }

  /** For a stream of the server's own, or for one that broke off after the event `after`. */
  streamHeaders(after?: string): HeaderFields {
    return {
      ...(after !== undefined && { 'last-event-id': after }),
      accept: 'text/event-stream',
      ...this.#session(false),
      ...(this.#version !== undefined && { 'mcp-protocol-version': this.#version }),
    };
  }

  /** The headers with which to end the session, where there is one. */
  farewell(): HeaderFields | undefined {
    return this.#id === undefined ? undefined : this.streamHeaders();
  }

  #session(isModern: boolean): HeaderFields {
    return this.#id === undefined || isModern ? {} : { 'mcp-session-id': this.#id };
  }
}

/** Of a client's headers those that name its session. */
export function sessionFields(headers: HeaderFields): HeaderFields {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => SESSION_FIELDS.has(name)));
}

// What can't be read is for the stages to refuse.
function messagesIn(raw: Uint8Array): readonly Envelope[] {
  try {
    return parseMessage(raw).messages;
  } catch {
    return [];
  }
}

function repeat(envelope: Envelope | undefined): HeaderFields {
  const { method, target } = envelope ?? {};
  if (method === undefined) return {};
  const isNamed = target !== undefined && NAMED_METHODS.has(method);
  return { 'mcp-method': method, ...(isNamed && { 'mcp-name': headerValue(target) }) };
}
