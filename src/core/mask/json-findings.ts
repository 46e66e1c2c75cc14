import { splice, toBytes, toText, type Splice } from '../bytes.ts';
import { handleGiven } from '../jsonrpc/handles.ts';
import type { StringSpan } from '../jsonrpc/json-string.ts';
import type { JsonPath } from '../jsonrpc/json-walk.ts';
import { LIMITS } from '../limits.ts';
import type { Passed } from './exceptions.ts';
import type { Edit } from './finding.ts';
import type { JsonFinding, JsonPassed, MaskedLeaf } from './masked-json.ts';
import { maskedString } from './masked-string.ts';
import type { Masker } from './masker.ts';

/** What was found in the text of a place where it may not change. */
export interface InFixed {
  readonly text: Uint8Array;
  readonly known: { readonly start: number; readonly end: number } | undefined;
  readonly edits: readonly Edit[];
}

/** Collects what is found in one message, and what is to be done about it. */
export class JsonFindings {
  readonly splices: Splice[] = [];
  readonly findings: JsonFinding[] = [];
  readonly blocked: JsonFinding[] = [];
  readonly exposed: JsonFinding[] = [];
  readonly passed: JsonPassed[] = [];
  readonly leaves: MaskedLeaf[] = [];
  readonly #masker: Masker;
  /** What passed, and where. */
  readonly #told = new Set<string>();
  /** Keys as pointers show them. */
  readonly #segments = new Map<string, string>();
  readonly #base: number;

  /** `base`: how many segments of a path come before the message itself. */
  constructor(masker: Masker, base: number) {
    this.#masker = masker;
    this.#base = base;
  }

  /** Secrets that placeholders take the place of. */
  edit(path: JsonPath, edits: readonly Edit[], spans: readonly StringSpan[]): void {
    const at = this.#pointer(path);
    edits.forEach(({ replacement, rule, placeholder, why }, i) => {
      const { start, end } = spans[i] as StringSpan;
      this.splices.push({ start, end, replacement: toBytes(replacement) });
      this.findings.push({ rule, at, placeholder, why });
    });
  }

  /** What was found and goes on as it is; each value once at a place. */
  pass(path: JsonPath, passed: readonly Passed[]): void {
    if (passed.length === 0) return;
    const at = this.#pointer(path);
    for (const { rule, placeholder } of passed) {
      const place = `${at} ${placeholder}`;
      if (!this.#told.has(place)) this.passed.push({ rule, at, placeholder });
      this.#told.add(place);
    }
  }

  /** Secrets that are masked together with what holds them. */
  editWhole(path: JsonPath, edits: readonly Edit[], whole: Splice): void {
    this.splices.push(whole);
    const at = this.#pointer(path);
    for (const { rule, placeholder, why } of edits) this.findings.push({ rule, at, placeholder, why });
  }

  /** The text of a whole string as it was, for headers that repeat it. What is longer than they may be none repeats. */
  leaf(path: JsonPath, text: Uint8Array, edits: readonly Edit[]): void {
    this.#leaf(text, edits, handleGiven(path.slice(this.#base), 'string'));
  }

  /** The same for a key, which counts only where peers name something by it. */
  keyLeaf(path: JsonPath, text: Uint8Array, edits: readonly Edit[]): void {
    const handle = handleGiven(path.slice(this.#base), 'key');
    if (handle !== undefined) this.#leaf(text, edits, handle);
  }

  /** Text that MCP itself reads. */
  fixed(path: JsonPath, position: 'protocol' | 'word', { text, known, edits }: InFixed): void {
    if (known !== undefined) {
      const why = 'a known secret where the protocol allows no change';
      return this.block(path, text.subarray(known.start, known.end), why);
    }
    if (position === 'protocol') return this.#expose(path, edits);
    const edit = edits.find(isCertain);
    if (edit === undefined) return;
    const { rule, placeholder, why } = edit;
    const at = this.#pointer(path);
    this.blocked.push({ rule, at, placeholder, why: `${why}, where the protocol allows no change` });
  }

  /** A known secret for which the message must not go on. */
  block(path: JsonPath, value: Uint8Array, why: string): void {
    const placeholder = this.#masker.placeholders.issue('known', value);
    this.blocked.push({ rule: 'known', at: this.#pointer(path), placeholder, why });
  }

  /**
   * Text of a tool's definition; true when the tool must be hidden. Guesses about what surrounds a value say little about
   * a schema, where everything is named after what it describes.
   */
  definition(path: JsonPath, edits: readonly Edit[]): boolean {
    const edit = edits.find(isCertain);
    if (edit === undefined) return false;
    const { rule, placeholder, why } = edit;
    this.findings.push({ rule, at: this.#pointer(path), placeholder, why: `${why}; the tool is hidden` });
    return true;
  }

  #leaf(text: Uint8Array, edits: readonly Edit[], handle: MaskedLeaf['handle']): void {
    if (text.length > LIMITS.headerBytes) return;
    const splices = edits.map((edit) => ({ ...edit, replacement: toBytes(edit.replacement) }));
    this.leaves.push({ before: toText(text), after: toText(splice(text, splices)), handle });
  }

  // Ids and cursors are often tokens of their own kind, so only a vendor's own format counts.
  #expose(path: JsonPath, edits: readonly Edit[]): void {
    for (const { rule, kind, why } of edits) {
      if (kind !== 'vendor') continue;
      const at = this.#pointer(path);
      const reason = `${why}; left as it is, because MCP itself reads this place`;
      this.exposed.push({ rule, at, placeholder: '', why: reason });
    }
  }

  #pointer(path: JsonPath): string {
    return path
      .slice(this.#base)
      .map((key) => `/${typeof key === 'number' ? key : this.#segment(key)}`)
      .join('');
  }

  // Keys come from a peer: they may be secrets themselves, and huge, with many findings below.
  #segment(key: string): string {
    const known = this.#segments.get(key);
    if (known !== undefined) return known;
    const masked = maskedString(this.#masker.strict, key);
    const most = LIMITS.eventTextChars;
    const shown = masked.length > most ? `${masked.slice(0, most)}…` : masked;
    const segment = shown.replaceAll('~', '~0').replaceAll('/', '~1');
    this.#segments.set(key, segment);
    return segment;
  }
}

function isCertain({ kind }: Edit): boolean {
  return kind === 'known' || kind === 'vendor' || kind === 'structure';
}
