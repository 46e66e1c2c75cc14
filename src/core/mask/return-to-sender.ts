import { splice, type Splice, toBytes, toText } from '../bytes.ts';
import { headerText, headerValue } from '../header-value.ts';
import type { ParsedMessage } from '../jsonrpc/envelope.ts';
import { handleTaken, mayTakeHandle, type Handle } from '../jsonrpc/handles.ts';
import { decodeJsonString } from '../jsonrpc/json-string.ts';
import { pointerTo } from '../jsonrpc/json-pointer.ts';
import { walkInSlices, type JsonPath } from '../jsonrpc/json-walk.ts';
import type { HeaderFields } from '../lane.ts';
import { LIMITS } from '../limits.ts';
import type { Slices } from '../slices.ts';
import type { MaskedLeaf } from './masked-json.ts';

/** A field that goes back to the server that it came from: where its text stands, without quotes. No value is in it. */
export interface Return {
  readonly handle: Handle;
  readonly masked: string;
  /** JSON pointer. */
  readonly at: string;
  readonly start: number;
  readonly end: number;
}

interface Told {
  readonly owner: string;
  readonly handle: Handle;
  readonly masked: string;
}

/** How many templates may yet be compared for one request. */
interface Tries {
  left: number;
}

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly headers: HeaderFields;
  readonly splices?: readonly Splice[];
}

interface Request {
  readonly parsed: ParsedMessage;
  readonly bytes: Uint8Array;
}

/**
 * The names and URIs of one server's that were masked on their way to a client, so that its own words are understood when
 * they come back: whole fields in the places of such handles, from the session that got them, and nowhere else. The only
 * exception are URIs made from a masked template. Values are in memory only, and go to that server only.
 */
export class ReturnToSender {
  readonly #originals = new Map<string, string>();
  /** Of its keys those of templates. */
  readonly #templates = new Set<string>();
  #size = 0;

  /** `owner` has been told these. */
  remember(owner: string, leaves: readonly MaskedLeaf[]): void {
    for (const { handle, before, after } of leaves) {
      // What no UTF-8 can spell can't be written as it was.
      if (handle !== undefined && !before.includes('\uFFFD'))
        this.#keep({ owner, handle, masked: after }, before);
    }
  }

  /** What of a request of `owner` goes back to where it came from. The bytes are the masked ones. */
  *plan(owner: string, { parsed, bytes }: Request, slice: number): Slices<Return[]> {
    const returns: Return[] = [];
    if (this.#originals.size === 0) return returns;
    if (!parsed.messages.some(({ method = '' }) => mayTakeHandle(method, bytes))) return returns;
    const tries = { left: LIMITS.templateTries };
    const note =
      (kind: 'string' | 'key') =>
      (path: JsonPath, start: number, end: number): void => {
        const { method = '' } = parsed.messages[parsed.batch ? Number(path[0]) : 0] ?? {};
        const handle = handleTaken(method, parsed.batch ? path.slice(1) : path, kind);
        if (handle === undefined) return;
        const masked = toText(decodeJsonString(bytes, start, end));
        if (this.#originalOf(owner, { handle, masked }, tries) !== undefined)
          returns.push({ handle, masked, at: pointerTo(path), start, end });
      };
    yield* walkInSlices(bytes, { string: note('string'), key: note('key') }, slice);
    return returns;
  }

  /** The request as the server understands it, with the header that repeats a field, and with what else is changed in it. */
  apply(
    owner: string,
    returns: readonly Return[],
    { bytes, headers, splices: others = [] }: Outgoing,
  ): { bytes: Uint8Array; headers: HeaderFields } {
    const tries = { left: LIMITS.templateTries };
    const restored = returns.map((field) => ({
      ...field,
      original: this.#originalOf(owner, field, tries) ?? field.masked,
    }));
    const splices = restored.map(({ start, end, original }) => {
      return { start, end, replacement: toBytes(JSON.stringify(original).slice(1, -1)) };
    });
    const name = headers['mcp-name'];
    const named = restored.find(({ masked }) => name !== undefined && headerText(name) === masked);
    return {
      bytes: splice(bytes, others.length === 0 ? splices : inOrder([...splices, ...others])),
      headers: named === undefined ? headers : { ...headers, 'mcp-name': headerValue(named.original) },
    };
  }

  #originalOf(
    owner: string,
    { handle, masked }: Pick<Return, 'handle' | 'masked'>,
    tries: Tries,
  ): string | undefined {
    const exact = (as: Handle): string | undefined => this.#originals.get(keyOf(owner, as, masked));
    if (handle === 'template') return exact('template') ?? exact('uri');
    return exact(handle) ?? (handle === 'uri' ? this.#expanded(owner, masked, tries) : undefined);
  }

  // No URI that a client makes from a template is a whole field that it was sent. Both peers decide how many of them meet.
  #expanded(owner: string, uri: string, tries: Tries): string | undefined {
    if (!uri.includes('hpm_')) return undefined;
    const prefix = keyOf(owner, 'template', '');
    for (const key of this.#templates) {
      if (tries.left <= 0) return undefined;
      tries.left -= 1;
      const original = key.startsWith(prefix) ? this.#originals.get(key) : undefined;
      const found = original === undefined ? undefined : expand(key.slice(prefix.length), original, uri);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #keep({ owner, handle, masked }: Told, original: string): void {
    const key = keyOf(owner, handle, masked);
    this.#forget(key);
    this.#originals.set(key, original);
    if (handle === 'template') this.#templates.add(key);
    this.#size += sizeOf(key, original);
    for (const oldest of this.#originals.keys()) {
      if (this.#size <= LIMITS.handleBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const original = this.#originals.get(key);
    if (original === undefined) return;
    this.#originals.delete(key);
    this.#templates.delete(key);
    this.#size -= sizeOf(key, original);
  }
}

function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return splices.toSorted((a, b) => a.start - b.start);
}

// The text comes last, so that all of an owner's templates begin alike.
function keyOf(owner: string, handle: Handle, masked: string): string {
  return `${JSON.stringify([owner, handle])}${masked}`;
}

function sizeOf(key: string, original: string): number {
  return 2 * (key.length + original.length);
}

const EXPRESSION = /\{[^{}]*\}/;

/**
 * A URI that was made from the masked template (RFC 6570) as it would have been made from the original one: what stands
 * between the expressions is exchanged, what was filled in stays. Undefined for any other URI.
 */
function expand(masked: string, original: string, uri: string): string | undefined {
  const [from, to] = [masked.split(EXPRESSION), original.split(EXPRESSION)];
  const [first = '', ...rest] = from;
  if (rest.length === 0 || from.length !== to.length || !uri.startsWith(first)) return undefined;
  const last = rest.length - 1;
  let at = first.length;
  let made = to[0] ?? '';
  for (const [i, literal] of rest.entries()) {
    const found = i === last ? uri.length - literal.length : uri.indexOf(literal, at);
    if (found < at || !uri.startsWith(literal, found)) return undefined;
    made += uri.slice(at, found) + (to[i + 1] ?? '');
    at = found + literal.length;
  }
  return made;
}
