import { toText } from '../bytes.ts';
import { walkJson, type JsonPath } from './json-walk.ts';

/** JSON as policies read it: objects are maps, whose keys can't be taken for anything else, and whole numbers are exact. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | Map<string, JsonValue>;

/** The value at a place of a JSON text; undefined: there is none. The last of several with one key counts. */
export function valueAt(raw: Uint8Array, place: JsonPath): JsonValue | undefined {
  const building = new Building(raw, place);
  walkJson(raw, building);
  return building.value;
}

/** One walk through a text, of which a part is built. */
class Building {
  value: JsonValue | undefined;
  readonly #raw: Uint8Array;
  readonly #place: JsonPath;
  /** Containers of the part that are open, the outermost first. */
  readonly #open: (JsonValue[] | Map<string, JsonValue>)[] = [];

  constructor(raw: Uint8Array, place: JsonPath) {
    this.#raw = raw;
    this.#place = place;
  }

  open(path: JsonPath, isObject: boolean): void {
    if (!this.#isWithin(path)) return;
    const container = isObject ? new Map<string, JsonValue>() : [];
    this.#put(path, container);
    this.#open.push(container);
  }

  container(path: JsonPath): void {
    if (this.#isWithin(path)) this.#open.pop();
  }

  string(path: JsonPath, start: number, end: number): void {
    if (this.#isWithin(path)) this.#put(path, stringOf(this.#raw, start, end));
  }

  number(path: JsonPath, start: number, end: number): void {
    if (this.#isWithin(path)) this.#put(path, numberOf(toText(this.#raw.subarray(start, end))));
  }

  literal(path: JsonPath, start: number): void {
    if (this.#isWithin(path)) this.#put(path, LITERALS[this.#raw[start] ?? 0] ?? null);
  }

  #isWithin(path: JsonPath): boolean {
    return path.length >= this.#place.length && this.#place.every((part, at) => path[at] === part);
  }

  #put(path: JsonPath, value: JsonValue): void {
    const holder = this.#open.at(-1);
    if (holder === undefined) this.value = value;
    else if (Array.isArray(holder)) holder.push(value);
    else holder.set(String(path.at(-1)), value);
  }
}

const BACKSLASH = 0x5c;

// Of a string that has been read as one: an unpaired surrogate, which has no UTF-8, reads as U+FFFD.
function stringOf(raw: Uint8Array, start: number, end: number): string {
  if (!raw.subarray(start, end).includes(BACKSLASH)) return toText(raw.subarray(start, end));
  const text: unknown = JSON.parse(toText(raw.subarray(start - 1, end + 1)));
  return String(text).toWellFormed();
}

const LITERALS: Readonly<Record<number, boolean>> = { 0x74: true, 0x66: false };

/** Longer numbers take longer than linear time to read exactly. */
const EXACT_DIGITS = 100;

function numberOf(text: string): number | bigint {
  return /^-?\d+$/.test(text) && text.length <= EXACT_DIGITS ? BigInt(text) : Number(text);
}
