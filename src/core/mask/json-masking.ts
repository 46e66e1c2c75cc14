import { plainView, splice, toBytes } from '../bytes.ts';
import { decodeInSlices, decodeJsonString, rawSpans } from '../jsonrpc/json-string.ts';
import type { JsonPath, JsonVisitor } from '../jsonrpc/json-walk.ts';
import { FREE, rootPlace, type Place } from '../jsonrpc/positions.ts';
import { LIMITS } from '../limits.ts';
import { runWhole, type Slices } from '../slices.ts';
import { isBase64, maskBlob } from './blob.ts';
import { fieldAt } from './central/central.ts';
import type { Passed } from './exceptions.ts';
import type { Edit, TextContext } from './finding.ts';
import { HiddenTools } from './hidden-tools.ts';
import type { MaskedJson, MaskInput } from './masked-json.ts';
import { JsonFindings } from './json-findings.ts';
import { cut, findKnown, inspectPieces } from './long-text.ts';
import type { Screen } from './screen.ts';

// Shorter numbers are counts and codes, and no credential.
const SHORTEST_NUMBER = 4;
const SHORT_STRING = 128;
/** So many are looked at one by one before all of the message is. */
const MANY = 8;

/** A string, key or number: where its lexeme stands, without quotes, and the text it spells. */
interface Leaf {
  readonly path: JsonPath;
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
}

/** Where a value stands, without quotes, and the quotes that a text in its place would lack. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly quotes: '' | '"';
}

/** Goes through a message and tells what may be done to the text at each place of it. */
export class JsonMasking implements JsonVisitor {
  readonly #message: Uint8Array;
  readonly #raw: Uint8Array;
  readonly #input: MaskInput;
  readonly #base: number;
  readonly #found: JsonFindings;
  readonly #slice: number;
  /** Of the whole message, once it turned out to be of many short strings. */
  #screen: Screen | undefined;
  #short = 0;
  readonly #tools = new HiddenTools();
  /** Of the path that is walked, by its length. */
  readonly #places: Place[] = [];
  /** Of the leaf that is looked at. */
  readonly #passed: Passed[] = [];
  #unchecked = false;

  constructor(raw: Uint8Array, input: MaskInput, slice: number) {
    this.#message = raw;
    this.#raw = plainView(raw);
    this.#input = input;
    this.#slice = slice;
    this.#base = input.batch ? 1 : 0;
    this.#found = new JsonFindings(input.masker, this.#base);
  }

  open(path: JsonPath): void {
    this.#enter(path);
  }

  key(path: JsonPath, start: number, end: number): void {
    const above = this.#places[path.length - 1] ?? FREE;
    const key = path[path.length - 1] as string;
    const place = above.at(key);
    this.#places[path.length] = place;
    if (above.isProtocolKey(key) || this.#isClean(start, end)) return;
    const leaf = { path, start, end, text: decodeJsonString(this.#raw, start, end) };
    if (isFixed(place)) return this.#fixed(leaf, place);
    const edits = this.#inspect(leaf);
    if (edits.length === 0) return;
    // A property of a schema is an argument's name: changing it would change the tool.
    if (place.position === 'definition') return this.#definition(path, edits);
    runWhole(this.#edit({ ...leaf, path: path.slice(0, -1) }, edits));
    this.#found.keyLeaf(path, leaf.text, edits);
  }

  string(path: JsonPath, start: number, end: number): void {
    const place = this.#enter(path);
    if (this.#hidden(place, path, { start, end, quotes: '' })) return this.#ended(place, start - 1, end + 1);
    const field = place.position === 'free' || place.position === 'definition' ? fieldOf(path) : undefined;
    if (place.position === 'blob' || !this.#isClean(start, end, field))
      this.#string(place, path, { start, end });
    this.#ended(place, start - 1, end + 1);
  }

  *longString(path: JsonPath, start: number, end: number): Slices<void> {
    const place = this.#enter(path);
    if (!this.#hidden(place, path, { start, end, quotes: '' }))
      yield* this.#long(place, path, { start, end });
    this.#ended(place, start - 1, end + 1);
  }

  *#long(place: Place, path: JsonPath, span: { start: number; end: number }): Slices<void> {
    const leaf = { path, ...span, text: yield* decodeInSlices(this.#raw, span, this.#slice) };
    if (isFixed(place)) yield* this.#longFixed(leaf, place);
    else if (place.position !== 'blob' || !(yield* this.#blob(leaf))) {
      const edits = yield* this.#inspectLong(leaf, contextOf(path));
      if (edits.length > 0) yield* this.#free(leaf, place, edits);
    }
  }

  number(path: JsonPath, start: number, end: number): void {
    const place = this.#enter(path);
    if (this.#hidden(place, path, { start, end, quotes: '"' })) return this.#ended(place, start, end);
    if (end - start >= SHORTEST_NUMBER && !this.#isClean(start, end, fieldOf(path)))
      this.#number(place, path, { start, end });
    this.#ended(place, start, end);
  }

  literal(path: JsonPath, start: number, end: number): void {
    this.#ended(this.#enter(path), start, end);
  }

  container(path: JsonPath, start: number, end: number): void {
    this.#ended(this.#places[path.length] ?? FREE, start, end);
  }

  finish(): MaskedJson {
    const { splices, findings, leaves, blocked, exposed, passed } = this.#found;
    return {
      bytes: splice(this.#message, this.#tools.applyTo(splices)),
      findings,
      leaves,
      blocked,
      exposed,
      passed,
      hiddenTools: this.#tools.count,
      unchecked: this.#unchecked,
    };
  }

  // Of a key its place is known already; an element of an array is told of by its value alone.
  #enter(path: JsonPath): Place {
    const depth = path.length;
    const last = path[depth - 1];
    const known = typeof last === 'string' ? this.#places[depth] : undefined;
    if (known !== undefined) return known;
    const place = this.#placeOf(depth, last);
    this.#places[depth] = place;
    return place;
  }

  #placeOf(depth: number, last: string | number | undefined): Place {
    if (depth < this.#base) return FREE;
    if (depth === this.#base) return rootPlace(this.#input.typeOf(typeof last === 'number' ? last : 0));
    return this.#places[depth - 1]?.at(last ?? 0) ?? FREE;
  }

  #isClean(start: number, end: number, field?: string): boolean {
    if (end - start <= SHORT_STRING && ++this.#short === MANY && this.#raw.length <= this.#slice)
      this.#screen = this.#input.masker.screen(this.#raw);
    return this.#screen?.isClean(start, end, field) === true;
  }

  // Of some fields a policy says that they are hidden, whatever stands there. A placeholder stays.
  #hidden(place: Place, path: JsonPath, { start, end, quotes }: Value): boolean {
    const { central, placeholders } = this.#input.masker;
    if (central === undefined || central.fields.length === 0) return false;
    if (isFixed(place) || place.position === 'definition') return false;
    const field = fieldAt(central, path.slice(this.#base), fieldOf(path));
    if (field === undefined) return false;
    const text = decodeJsonString(this.#raw, start, end);
    if (text.length === 0 || placeholders.issuedEnd(text, 0, text.length) === text.length) return true;
    const { rule, why } = field;
    const placeholder = placeholders.issue(rule, text);
    const span = { start: 0, end: text.length };
    const edit: Edit = { ...span, rule, kind: 'field', why, placeholder, replacement: placeholder };
    const replacement = toBytes(`${quotes}${placeholder}${quotes}`);
    this.#found.editWhole(path, [edit], { start, end, replacement });
    this.#found.leaf(path, text, [edit]);
    return true;
  }

  #string(place: Place, path: JsonPath, { start, end }: { start: number; end: number }): void {
    const leaf = { path, start, end, text: decodeJsonString(this.#raw, start, end) };
    if (isFixed(place)) return this.#fixed(leaf, place);
    if (place.position === 'blob' && runWhole(this.#blob(leaf))) return;
    const edits = this.#inspect(leaf, contextOf(path));
    if (edits.length > 0) runWhole(this.#free(leaf, place, edits));
  }

  #number(place: Place, path: JsonPath, { start, end }: { start: number; end: number }): void {
    const leaf = { path, start, end, text: this.#raw.subarray(start, end) };
    if (isFixed(place)) return this.#fixed(leaf, place);
    const [edit] = this.#inspect(leaf, contextOf(path));
    if (edit === undefined) return;
    if (place.position === 'definition') return this.#definition(path, [edit]);
    // The number goes as a whole: half a number beside a placeholder would be no JSON.
    const { placeholder } = edit;
    this.#found.editWhole(path, [edit], { start, end, replacement: toBytes(`"${placeholder}"`) });
    this.#found.leaf(path, leaf.text, [{ ...edit, start: 0, end: end - start, replacement: placeholder }]);
  }

  #fixed(leaf: Leaf, place: FixedPlace): void {
    const { path, text } = leaf;
    // What counts here, known values and whole tokens, is longer.
    if (text.length < LIMITS.shortKnownBytes) return;
    const { masker } = this.#input;
    const [known] = masker.known.find(text);
    const edits = this.#inspect(leaf);
    if (known !== undefined || edits.length > 0)
      this.#found.fixed(path, place.position, { text, known, edits });
  }

  *#longFixed(leaf: Leaf, place: FixedPlace): Slices<void> {
    const { path, text } = leaf;
    const known = yield* findKnown(this.#input.masker.known, text, this.#slice);
    const edits = yield* this.#inspectLong(leaf, {});
    this.#found.fixed(path, place.position, { text, known, edits });
  }

  #inspect({ path, text }: Leaf, context: TextContext = {}): Edit[] {
    const edits = this.#input.masker.inspect(text, context, this.#passed);
    if (this.#passed.length > 0) this.#found.pass(path, this.#passed.splice(0));
    return edits;
  }

  *#inspectLong({ path, text }: Leaf, context: TextContext): Slices<Edit[]> {
    const { edits, passed } = yield* inspectPieces(this.#input.masker, cut(text, this.#slice), context);
    this.#found.pass(path, passed);
    return edits;
  }

  *#free(leaf: Leaf, place: Place, edits: readonly Edit[]): Slices<void> {
    if (place.position === 'definition') {
      this.#definition(leaf.path, edits);
      return;
    }
    yield* this.#edit(leaf, edits);
    this.#found.leaf(leaf.path, leaf.text, edits);
  }

  *#edit(leaf: Leaf, edits: readonly Edit[]): Slices<void> {
    const spans = yield* rawSpans(this.#raw, leaf, { stretches: edits, slice: this.#slice });
    this.#found.edit(leaf.path, edits, spans);
  }

  #definition(path: JsonPath, edits: readonly Edit[]): void {
    if (this.#found.definition(path, edits)) this.#tools.hide();
  }

  // False for what is no base64, and text like any other.
  *#blob(leaf: Leaf): Slices<boolean> {
    const { path, start, end, text } = leaf;
    const { masker } = this.#input;
    if (!(yield* isBase64(text, this.#slice))) return false;
    const outcome = yield* maskBlob(text, masker, this.#slice);
    if (outcome.kind !== 'opaque') this.#found.pass(path, outcome.passed);
    if (outcome.kind === 'masked') {
      this.#found.editWhole(path, outcome.edits, { start, end, replacement: outcome.base64 });
      return true;
    }
    this.#unchecked ||= outcome.kind === 'opaque';
    if (outcome.kind === 'opaque' && outcome.known !== undefined)
      this.#found.block(path, outcome.known, 'a known secret in binary content');
    else yield* this.#plain(leaf);
    return true;
  }

  // A secret may be of base64's letters only, and stand there as it is. In large files chance makes what looks like a token,
  // but no known value.
  *#plain(leaf: Leaf): Slices<void> {
    if (leaf.text.length > LIMITS.tokenBytes) {
      yield* this.#longPlain(leaf);
      return;
    }
    const edits = this.#inspect(leaf).filter(({ kind }) => kind === 'known' || kind === 'vendor');
    if (edits.length > 0) yield* this.#edit(leaf, edits);
  }

  *#longPlain({ path, text }: Leaf): Slices<void> {
    const known = yield* findKnown(this.#input.masker.known, text, this.#slice);
    if (known !== undefined)
      this.#found.block(path, text.subarray(known.start, known.end), 'a known secret in place of base64');
  }

  /** A value is complete, quotes or brackets included. */
  #ended({ tools }: Place, start: number, end: number): void {
    if (tools === 'tool') this.#tools.endTool(start, end);
    if (tools === 'list') this.#tools.endList();
  }
}

type FixedPlace = Place & { readonly position: 'protocol' | 'word' };

function isFixed(place: Place): place is FixedPlace {
  return place.position === 'protocol' || place.position === 'word';
}

function contextOf(path: JsonPath): TextContext {
  const field = fieldOf(path);
  return field === undefined ? {} : { field };
}

function fieldOf(path: JsonPath): string | undefined {
  for (let i = path.length - 1; i >= 0; i--) {
    const segment = path[i];
    if (typeof segment === 'string') return segment;
  }
  return undefined;
}
