import { toText } from '../bytes.ts';
import { runWhole, type Slices } from '../slices.ts';
import { idText } from './id.ts';
import { decodeJsonString } from './json-string.ts';
import { JsonError, walkInSlices, type JsonPath, type JsonVisitor } from './json-walk.ts';
import { isMcpWord } from './positions.ts';
import type { Span } from './result-fields.ts';
import type { Tape } from './tape.ts';

/** What the proxy reads of a JSON-RPC message to route and to record it. Peers control every value. */
export interface Envelope {
  readonly kind: 'request' | 'notification' | 'response';
  readonly method: string | undefined;
  /**
   * The id as JSON text (`1`, `"a"`), in which 1 and "1" differ and all spellings of one id are alike: peers write back
   * the id that they have read, not its bytes. `undefined`: none, or null.
   */
  readonly id: string | undefined;
  /** What is asked for: params.name of tools/call and prompts/get, params.uri of resources/*, params.taskId of tasks/*. */
  readonly target: string | undefined;
  /** params._meta.progressToken, or params.progressToken of notifications/progress; JSON text like the id. */
  readonly progressToken: string | undefined;
  /** params.requestId of notifications/cancelled; JSON text like the id. */
  readonly cancels: string | undefined;
  /** The id of the subscriptions/listen request that a notification belongs to. */
  readonly subscriptionId: string | undefined;
  /** Of a request: what it asks for or is made in. Of the result of initialize: what was agreed on. */
  readonly protocolVersion: string | undefined;
  /** What the `_meta` of a request claims, as all of 2026-07-28 and later do. */
  readonly claim: { readonly version: string | undefined; readonly hasCapabilities: boolean } | undefined;
  /** params.requestState, or result.requestState: what is between its quotes (2026-07-28, MRTR). */
  readonly requestState: Span | undefined;
  /** Of a request: it answers what the server wanted to know. Of a result: the server wants to know something. */
  readonly hasInput: boolean;
  readonly isError: boolean;
  /** error.code of a response. */
  readonly errorCode: number | undefined;
}

/** One JSON-RPC message, or the batch of protocol revision 2025-03-26. */
export interface ParsedMessage {
  readonly messages: readonly Envelope[];
  readonly batch: boolean;
}

const ROOT_KEYS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const PARAMS_KEYS = [
  'name',
  'uri',
  'arguments',
  '_meta',
  'cursor',
  'ref',
  'requestState',
  'inputResponses',
  'task',
];
/** In `_meta` of every request of 2026-07-28 and later. */
export const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
export const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/**
 * Reads and judges the envelope. Refused beyond bad JSON: duplicate keys in requests and in any `_meta`; keys of
 * envelope and params that differ from the protocol's only in case, which lenient peers would take for the real one;
 * keys of the protocol that are spelt with escapes.
 *
 * @throws {JsonError}
 */
export function parseMessage(raw: Uint8Array): ParsedMessage {
  return runWhole(parseInSlices(raw, Infinity));
}

/** The same, `slice` bytes at a time; on `tape`, where it is given, what the walk told. */
export function* parseInSlices(raw: Uint8Array, slice: number, tape?: Tape): Slices<ParsedMessage> {
  const known = tape === undefined ? READ.get(raw) : undefined;
  if (known !== undefined) return known;
  const reading = new Reading(raw, tape);
  yield* walkInSlices(raw, reading, slice);
  const parsed = reading.finish();
  READ.set(raw, parsed);
  return parsed;
}

/** True when its envelope has been read and is at hand. */
export function hasBeenRead(raw: Uint8Array): boolean {
  return READ.has(raw);
}

// The bytes of a message never change, and several on their way ask for its envelope: a large one is read once, and then
// in slices.
const READ = new WeakMap<Uint8Array, ParsedMessage>();

// Nothing that the envelope is read from lies deeper.
const DEEPEST = 3;

/** One walk through a message. */
class Reading implements JsonVisitor {
  readonly #raw: Uint8Array;
  readonly #batch: boolean;
  readonly #base: number;
  readonly #drafts: Draft[] = [];
  readonly #keys: KeyChecker;
  readonly #tape: Tape | undefined;

  constructor(raw: Uint8Array, tape: Tape | undefined) {
    this.#raw = raw;
    this.#tape = tape;
    this.#batch = raw[firstByte(raw)] === 0x5b;
    this.#base = this.#batch ? 1 : 0;
    this.#keys = new KeyChecker(raw, this.#base);
  }

  key(path: JsonPath, start: number, end: number): void {
    this.#tape?.key(path, start, end);
    this.#keys.see(path, start, end);
  }

  open(_path: JsonPath, isObject: boolean): void {
    this.#tape?.open(isObject);
  }

  string(path: JsonPath, start: number, end: number): void {
    this.#tape?.string(start, end);
    this.#note('string', path, { start, end });
  }

  number(path: JsonPath, start: number, end: number): void {
    this.#tape?.number(start, end);
    this.#note('number', path, { start, end });
  }

  literal(path: JsonPath, start: number, end: number): void {
    this.#tape?.literal(start, end);
    this.#note('literal', path, { start, end });
  }

  container(path: JsonPath, start: number, end: number): void {
    this.#tape?.container(start, end);
    this.#keys.leave(path);
    this.#note('container', path, { start, end });
  }

  finish(): ParsedMessage {
    const messages = this.#drafts.map((draft, index) =>
      finish(draft, this.#keys.duplicateIn(this.#batch ? index : undefined)),
    );
    if (messages.length === 0) throw new JsonError('not a JSON-RPC message', 0);
    return { messages, batch: this.#batch };
  }

  #note(type: Field['type'], path: JsonPath, span: { start: number; end: number }): void {
    const base = this.#base;
    if (path.length > base + DEEPEST) return;
    const draft = draftOf(this.#drafts, path, this.#batch);
    if (draft !== undefined) readField({ draft, raw: this.#raw, path, ...span, type, base });
  }
}

interface Draft {
  /** It has a result or an error, of whatever type. */
  isResponse: boolean;
  /** It has a method, of whatever type. */
  namesMethod: boolean;
  version?: string;
  method?: string;
  id?: string | undefined;
  name?: string;
  uri?: string;
  taskId?: string;
  subscriptionId?: string | undefined;
  metaToken?: string | undefined;
  paramsToken?: string | undefined;
  cancels?: string | undefined;
  protocolVersion?: string;
  claimed?: string;
  hasCapabilities?: boolean;
  requestState?: Span;
  hasInput?: boolean;
  errorCode?: number;
  isError: boolean;
}

interface Field {
  draft: Draft;
  raw: Uint8Array;
  path: JsonPath;
  start: number;
  end: number;
  type: 'string' | 'number' | 'literal' | 'container';
  /** How many path segments come before the message itself. */
  base: number;
}

function firstByte(raw: Uint8Array): number {
  return raw.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
}

function draftOf(drafts: Draft[], path: JsonPath, batch: boolean): Draft | undefined {
  const index = batch ? path[0] : 0;
  if (typeof index !== 'number') return undefined;
  return (drafts[index] ??= { isResponse: false, namesMethod: false, isError: false });
}

function readField(field: Field): void {
  const { draft, raw, path, start, end, type, base } = field;
  const depth = path.length - base;
  if (depth < 1) return;
  const top = path[base];
  const isString = type === 'string';
  const text = (): string => toText(decodeJsonString(raw, start, end));
  if (depth === 1) {
    if (top === 'jsonrpc' && isString) draft.version = text();
    if (top === 'method') draft.namesMethod = true;
    if (top === 'method' && isString) draft.method = text();
    if (top === 'id') draft.id = readId(field);
    if (top === 'error') draft.isError = true;
    if (top === 'result' || top === 'error') draft.isResponse = true;
    return;
  }
  const second = path[base + 1];
  if (depth === 2 && top === 'result') {
    if (second === 'isError') draft.isError = type === 'literal' && raw[start] === 0x74;
    if (second === 'protocolVersion' && isString) draft.protocolVersion = text();
    if (second === 'resultType' && isString) draft.hasInput = text() === 'input_required';
    if (second === 'requestState' && isString) draft.requestState = { start, end };
  }
  if (depth === 2 && top === 'error' && second === 'code' && type === 'number')
    draft.errorCode = Number(toText(raw.subarray(start, end)));
  if (top !== 'params') return;
  if (depth === 2) {
    if (second === 'name' && isString) draft.name = text();
    if (second === 'uri' && isString) draft.uri = text();
    if (second === 'taskId' && isString) draft.taskId = text();
    if (second === 'protocolVersion' && isString) draft.protocolVersion = text();
    if (second === 'progressToken') draft.paramsToken = idOf(field);
    if (second === 'requestId') draft.cancels = idOf(field);
    if (second === 'requestState' && isString) draft.requestState = { start, end };
    if (second === 'inputResponses') draft.hasInput = true;
    return;
  }
  if (second !== '_meta') return;
  const third = path[base + 2];
  if (third === 'progressToken') draft.metaToken = idOf(field);
  if (third === SUBSCRIPTION_ID) draft.subscriptionId = idOf(field);
  if (third === PROTOCOL_VERSION && isString) draft.protocolVersion = draft.claimed = text();
  if (third === CAPABILITIES) draft.hasCapabilities = type === 'container' && raw[start] === 0x7b;
}

function readId(field: Field): string | undefined {
  const { raw, start, end, type } = field;
  if (type === 'literal' && toText(raw.subarray(start, end)) === 'null') return undefined;
  const id = idOf(field);
  if (id === undefined) throw new JsonError('an id that is neither a string nor a number', start);
  return id;
}

function idOf({ raw, start, end, type }: Field): string | undefined {
  if (type !== 'string' && type !== 'number') return undefined;
  return idText(raw, { start, end, isString: type === 'string' });
}

function finish(draft: Draft, duplicate: JsonError | undefined): Envelope {
  if (draft.version !== '2.0') throw new JsonError('not a JSON-RPC 2.0 message', 0);
  const { isResponse } = draft;
  const isRequest = draft.method !== undefined;
  if (isResponse === isRequest || draft.namesMethod !== isRequest)
    throw new JsonError('neither a request nor a response', 0);
  if (isRequest && duplicate !== undefined) throw duplicate;
  return {
    kind: isResponse ? 'response' : draft.id === undefined ? 'notification' : 'request',
    method: draft.method,
    id: draft.id,
    target: targetOf(draft),
    progressToken: draft.method === 'notifications/progress' ? draft.paramsToken : draft.metaToken,
    cancels: draft.method === 'notifications/cancelled' ? draft.cancels : undefined,
    subscriptionId: draft.subscriptionId,
    protocolVersion: draft.protocolVersion,
    claim: claimOf(draft),
    requestState: draft.requestState,
    hasInput: draft.hasInput === true,
    errorCode: draft.errorCode,
    isError: draft.isError,
  };
}

function claimOf({ claimed, hasCapabilities }: Draft): Envelope['claim'] {
  if (claimed === undefined && hasCapabilities === undefined) return undefined;
  return { version: claimed, hasCapabilities: hasCapabilities === true };
}

// By method, since params may hold what they like besides: a `name` in resources/read is no name.
function targetOf({ method = '', name, uri, taskId }: Draft): string | undefined {
  if (method === 'tools/call' || method === 'prompts/get') return name;
  if (method.startsWith('tasks/')) return taskId;
  return method.replace('notifications/', '').startsWith('resources/') ? uri : undefined;
}

/** Watches keys go by, one set of names per open object. */
class KeyChecker {
  readonly #raw: Uint8Array;
  readonly #base: number;
  readonly #open: Set<string>[] = [];
  /** How deep the `_meta` lies that is being read. */
  #meta = Infinity;
  /** Hardly ever there is one. */
  #duplicates: Map<number | undefined, JsonError> | undefined;

  constructor(raw: Uint8Array, base: number) {
    this.#raw = raw;
    this.#base = base;
  }

  see(path: JsonPath, start: number, end: number): void {
    const depth = path.length;
    const key = path[depth - 1] as string;
    if (depth <= this.#meta) this.#meta = key === '_meta' ? depth : Infinity;
    const top = path[this.#base];
    // In an answer duplicates count in `_meta` alone.
    if (depth > this.#base + DEEPEST && depth <= this.#meta && (top === 'result' || top === 'error')) return;
    const names = (this.#open[depth] ??= new Set());
    if (names.has(key)) this.#duplicate(path, start);
    names.add(key);
    if (depth > this.#base + DEEPEST) return;
    refuseCaseVariant(path, this.#base, start);
    if (isRead(path, this.#base)) refuseEscapes(key, this.#raw.subarray(start, end), start);
  }

  /** The object or array at `path` is complete: the keys directly in it are forgotten. */
  leave(path: JsonPath): void {
    this.#open[path.length + 1]?.clear();
  }

  /** The first duplicate key of the message (of a batch: of its message number `index`). */
  duplicateIn(index: number | undefined): JsonError | undefined {
    return this.#duplicates?.get(index);
  }

  #duplicate(path: JsonPath, offset: number): void {
    const base = this.#base;
    const error = new JsonError('duplicate key', offset);
    // In an envelope or in `_meta` it is refused whoever sends it; elsewhere only requests are refused.
    if (path.length - base === 1 || path.slice(base, -1).includes('_meta')) throw error;
    const message = base === 1 && typeof path[0] === 'number' ? path[0] : undefined;
    this.#duplicates ??= new Map();
    if (!this.#duplicates.has(message)) this.#duplicates.set(message, error);
  }
}

function refuseCaseVariant(path: JsonPath, base: number, offset: number): void {
  const depth = path.length - base;
  if (depth !== 1 && !(depth === 2 && path[base] === 'params')) return;
  const key = String(path[path.length - 1]);
  const known = depth === 1 ? ROOT_KEYS : PARAMS_KEYS;
  if (known.includes(key)) return;
  if (known.some((name) => fold(name) === fold(key))) {
    throw new JsonError('a key that differs from a protocol key only in case', offset);
  }
}

// Both ways: U+017F only meets `s` in upper case, U+212A only meets `k` in lower case. Go's JSON decoder folds both.
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

// The keys that MCP itself reads: those of the envelope, of params, result and error, and of `_meta`.
function isRead(path: JsonPath, base: number): boolean {
  const depth = path.length - base;
  const top = path[base];
  if (depth === 1) return true;
  if (top !== 'params' && top !== 'result' && top !== 'error') return false;
  return depth === 2 || path[base + 1] === '_meta';
}

/**
 * V8 (Node 24 and 26, nodejs/node#63785) compares an escaped key with a key that it has seen by the bytes before it takes
 * the escapes out: after `na\u`, `na\u006de` may read as that. A peer made to misread a key of the protocol would see
 * another call than we did. What it reads instead always holds a backslash, so no other key can become one of the
 * protocol's. `\/` is let through: PHP writes every slash so, and of the keys above only those with a prefix have one.
 */
function refuseEscapes(key: string, spelled: Uint8Array, offset: number): void {
  if (!spelled.includes(0x5c) || !isMcpWord(key)) return;
  if (toText(spelled).replaceAll('\\/', '/') === key) return;
  throw new JsonError('a protocol key that is spelt with escapes', offset);
}
