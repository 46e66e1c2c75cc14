import { splice, toBytes, toText, type Splice } from '../bytes.ts';
import { decodeJsonString, type DecodedString } from '../jsonrpc/json-string.ts';
import { walkJson, type JsonPath } from '../jsonrpc/json-walk.ts';
import { isProtocolKey, isTool, isToolList, positionOf, type MessageType } from '../jsonrpc/positions.ts';
import { LIMITS } from '../limits.ts';
import type { Edit } from './finding.ts';
import { HiddenTools } from './hidden-tools.ts';
import type { Masker } from './masker.ts';
import { readText } from './text.ts';

/** A finding in a JSON message: where by JSON pointer (RFC 6901), never the value. */
export interface JsonFinding {
  readonly rule: string;
  readonly at: string;
  readonly placeholder: string;
  readonly why: string;
}

/** A whole string that masking changed, before and after, for what must stay equal to it (headers). Memory only. */
export interface MaskedLeaf {
  readonly before: string;
  readonly after: string;
}

export interface MaskedJson {
  /** The message as others may see it; `raw` itself when nothing was found. */
  readonly bytes: Uint8Array;
  readonly findings: readonly JsonFinding[];
  readonly leaves: readonly MaskedLeaf[];
  /** Secrets where nothing may be changed: the message must not be delivered. */
  readonly blocked: readonly JsonFinding[];
  /** What looks like a secret where nothing may be changed: it stays in clear, and is counted. No placeholder. */
  readonly exposed: readonly JsonFinding[];
  /** Tools taken out of a list because their definition held a secret. */
  readonly hiddenTools: number;
  /** Some content was neither text nor decodable, so only known values were looked for in it. */
  readonly unchecked: boolean;
}

/** What a message's type is, by its index in a batch (0 for a message alone). */
export type TypeOf = (index: number) => MessageType;

/**
 * Masks one JSON-RPC message (or a batch) byte-preservingly: only the spans of secrets change, every other byte stays
 * as the peer wrote it. `raw` has been through `parseMessage`.
 */
export function maskJson(
  raw: Uint8Array,
  input: { masker: Masker; typeOf: TypeOf; batch: boolean },
): MaskedJson {
  const masking = new JsonMasking(raw, input);
  walkJson(raw, {
    key: (path, start, end) => masking.key(path, start, end),
    string: (path, start, end) => {
      masking.string(path, start, end);
      masking.ended(path, start - 1, end + 1);
    },
    number: (path, start, end) => {
      masking.number(path, start, end);
      masking.ended(path, start, end);
    },
    literal: (path, start, end) => masking.ended(path, start, end),
    container: (path, start, end) => masking.ended(path, start, end),
  });
  return masking.finish();
}

// Shorter numbers are counts and codes, and no credential.
const SHORTEST_NUMBER = 4;

class JsonMasking {
  readonly #raw: Uint8Array;
  readonly #masker: Masker;
  readonly #typeOf: TypeOf;
  readonly #base: number;
  readonly #splices: Splice[] = [];
  readonly #findings: JsonFinding[] = [];
  readonly #blocked: JsonFinding[] = [];
  readonly #exposed: JsonFinding[] = [];
  readonly #leaves: MaskedLeaf[] = [];
  readonly #tools = new HiddenTools();
  #unchecked = false;

  constructor(raw: Uint8Array, input: { masker: Masker; typeOf: TypeOf; batch: boolean }) {
    this.#raw = raw;
    this.#masker = input.masker;
    this.#typeOf = input.typeOf;
    this.#base = input.batch ? 1 : 0;
  }

  key(path: JsonPath, start: number, end: number): void {
    const inMessage = path.slice(this.#base);
    if (isProtocolKey(inMessage)) return;
    const decoded = decodeJsonString(this.#raw, start, end);
    const position = this.#positionOf(path);
    if (position === 'protocol' || position === 'word') return this.#fixed(path, decoded.text, position);
    const edits = this.#masker.inspect(decoded.text);
    if (edits.length === 0) return;
    // A property of a schema is an argument's name: changing it would change the tool.
    if (position === 'definition') this.#definition(path, edits);
    else this.#splice({ edits, decoded, start, path: inMessage.slice(0, -1) });
  }

  string(path: JsonPath, start: number, end: number): void {
    const decoded = decodeJsonString(this.#raw, start, end);
    const position = this.#positionOf(path);
    if (position === 'protocol' || position === 'word') return this.#fixed(path, decoded.text, position);
    if (position === 'blob' && isBase64(decoded.text)) return this.#blob(path, { decoded, start, end });
    const edits = this.#inField(path, decoded.text);
    if (edits.length === 0) return;
    if (position === 'definition') return this.#definition(path, edits);
    this.#splice({ edits, decoded, start, path: path.slice(this.#base) });
    this.#leaves.push({ before: toText(decoded.text), after: applied(decoded.text, edits) });
  }

  number(path: JsonPath, start: number, end: number): void {
    if (end - start < SHORTEST_NUMBER) return;
    const text = this.#raw.subarray(start, end);
    const position = this.#positionOf(path);
    if (position === 'protocol' || position === 'word') return this.#fixed(path, text, position);
    const [edit] = this.#inField(path, text);
    if (edit === undefined) return;
    if (position === 'definition') return this.#definition(path, [edit]);
    // The number goes as a whole: half a number beside a placeholder would be no JSON.
    this.#splices.push({ start, end, replacement: toBytes(`"${edit.placeholder}"`) });
    this.#findings.push(this.#finding(path.slice(this.#base), edit));
    this.#leaves.push({ before: toText(text), after: edit.placeholder });
  }

  /** A value is complete, quotes or brackets included. */
  ended(path: JsonPath, start: number, end: number): void {
    if (path.length > this.#base + 3) return;
    const inMessage = path.slice(this.#base);
    if (isTool(inMessage)) this.#tools.endTool(start, end);
    if (isToolList(inMessage)) this.#tools.endList();
  }

  finish(): MaskedJson {
    return {
      bytes: splice(this.#raw, this.#tools.applyTo(this.#splices)),
      findings: this.#findings,
      leaves: this.#leaves,
      blocked: this.#blocked,
      exposed: this.#exposed,
      hiddenTools: this.#tools.count,
      unchecked: this.#unchecked,
    };
  }

  #positionOf(path: JsonPath): ReturnType<typeof positionOf> {
    const index = this.#base === 1 && typeof path[0] === 'number' ? path[0] : 0;
    return positionOf(path.slice(this.#base), this.#typeOf(index));
  }

  #inField(path: JsonPath, text: Uint8Array): Edit[] {
    const field = path.findLast((segment) => typeof segment === 'string');
    return this.#masker.inspect(text, field === undefined ? {} : { field });
  }

  #fixed(path: JsonPath, text: Uint8Array, position: 'protocol' | 'word'): void {
    const [known] = this.#masker.known.find(text);
    if (known !== undefined) {
      const why = 'a known secret where the protocol allows no change';
      return this.#block(path, text.subarray(known.start, known.end), why);
    }
    if (position === 'protocol') return this.#expose(path, text);
    const edit = this.#masker.inspect(text).find(isCertain);
    if (edit === undefined) return;
    const { why, ...finding } = this.#finding(path.slice(this.#base), edit);
    this.#blocked.push({ ...finding, why: `${why}, where the protocol allows no change` });
  }

  #block(path: JsonPath, value: Uint8Array, why: string): void {
    const placeholder = this.#masker.placeholders.issue('known', value);
    this.#blocked.push({ rule: 'known', at: this.#pointer(path.slice(this.#base)), placeholder, why });
  }

  // Ids and cursors are often tokens of their own kind, so only a vendor's own format counts.
  #expose(path: JsonPath, text: Uint8Array): void {
    const found = this.#masker.inspect(text).filter(({ kind }) => kind === 'vendor');
    for (const { rule, why } of found) {
      this.#exposed.push({
        rule,
        at: this.#pointer(path.slice(this.#base)),
        placeholder: '',
        why: `${why}; left as it is, because MCP itself reads this place`,
      });
    }
  }

  // Guesses about what surrounds a value say little about a schema, where everything is named after what it describes.
  #definition(path: JsonPath, edits: readonly Edit[]): void {
    const edit = edits.find(isCertain);
    if (edit === undefined) return;
    this.#tools.hide();
    const { rule, at, placeholder, why } = this.#finding(path.slice(this.#base), edit);
    this.#findings.push({ rule, at, placeholder, why: `${why}; the tool is hidden` });
  }

  #blob(path: JsonPath, found: { decoded: DecodedString; start: number; end: number }): void {
    const { decoded, start, end } = found;
    const content = Buffer.from(toText(decoded.text), 'base64');
    const text = readText(content);
    if (text === undefined) return this.#opaque(path, content, found);
    const { bytes, edits } = this.#masker.maskText(text.utf8);
    if (edits.length === 0) return this.#plain(path, found);
    this.#splices.push({ start, end, replacement: toBytes(text.encode(bytes).toString('base64')) });
    for (const edit of edits) this.#findings.push(this.#finding(path.slice(this.#base), edit));
  }

  #opaque(path: JsonPath, content: Uint8Array, found: { decoded: DecodedString; start: number }): void {
    this.#unchecked ||= content.length > 0;
    const [known] = this.#masker.known.find(content);
    if (known === undefined) return this.#plain(path, found);
    this.#block(path, content.subarray(known.start, known.end), 'a known secret in binary content');
  }

  // A secret may be of base64's letters only, and stand there as it is. Of large files that would say nothing.
  #plain(path: JsonPath, { decoded, start }: { decoded: DecodedString; start: number }): void {
    if (decoded.text.length > LIMITS.tokenBytes) return;
    const edits = this.#masker
      .inspect(decoded.text)
      .filter(({ kind }) => kind === 'known' || kind === 'vendor');
    if (edits.length > 0) this.#splice({ edits, decoded, start, path: path.slice(this.#base) });
  }

  #splice(found: { edits: readonly Edit[]; decoded: DecodedString; start: number; path: JsonPath }): void {
    const rawOffset = (at: number): number => found.decoded.map?.[at] ?? found.start + at;
    for (const edit of found.edits) {
      this.#splices.push({
        start: rawOffset(edit.start),
        end: rawOffset(edit.end),
        replacement: toBytes(edit.replacement),
      });
      this.#findings.push(this.#finding(found.path, edit));
    }
  }

  #finding(path: JsonPath, { rule, placeholder, why }: Edit): JsonFinding {
    return { rule, at: this.#pointer(path), placeholder, why };
  }

  // Keys come from a peer and may be secrets themselves.
  #pointer(path: JsonPath): string {
    const segment = (key: string | number): string =>
      typeof key === 'number' ? String(key) : toText(this.#masker.maskText(toBytes(key)).bytes);
    return path.map((key) => `/${segment(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  }
}

function isCertain({ kind }: Edit): boolean {
  return kind === 'known' || kind === 'vendor' || kind === 'structure';
}

// As lenient as those who decode it: both alphabets, line breaks, padding or none.
function isBase64(text: Uint8Array): boolean {
  return /^[A-Za-z0-9+/_\s-]*(?:=\s*){0,2}$/.test(toText(text));
}

function applied(text: Uint8Array, edits: readonly Edit[]): string {
  const splices = edits.map((edit) => ({ ...edit, replacement: toBytes(edit.replacement) }));
  return toText(splice(text, splices));
}
