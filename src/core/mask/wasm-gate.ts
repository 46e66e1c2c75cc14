import type { Gate, Piece, Sightings } from './gate.ts';
import { GATE_MODULE } from './gate-module.ts';
import { LONGEST_LITERAL, type Tables } from './literal-table.ts';
import { SHORTEST_RUN } from './runs.ts';

interface Address {
  readonly value: number;
}

/** What `gate.assembly` exports. Numbers are addresses. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly input: Address;
  readonly out: Address;
  readonly tables: Address;
  // oxlint-disable-next-line max-params -- numbers are all that WebAssembly takes
  readonly hits: (
    window: number,
    after: number,
    upTo: number,
    first: number,
    last: number,
    isFinal: number,
  ) => number;
  readonly reachedAt: () => number;
  readonly runs: (first: number, upTo: number, last: number) => number;
}

/** Zeros before the text, so that the window of its first byte can be read. */
const LEAD = 16;
/** Zeros after it, for what is read in larger steps. */
const TRAIL = 32;
/** So few bytes are copied sooner than asked to be copied. */
const FEW = 64;
const LOOK_BACK = 2 * LONGEST_LITERAL;
const PAGE = 65_536;
const NONE = new Int32Array(0);

declare const module: unique symbol;

/** A compiled module. Neither ECMAScript's types nor Node's know WebAssembly. */
interface Module {
  readonly [module]: true;
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Instance: new (module: Module) => { readonly exports: Exports };
};

let compiled: Module | false | undefined;

/** The module, compiled once; undefined where WebAssembly or its SIMD is missing or switched off. */
export function wasmModule(): Module | undefined {
  compiled ??= compile();
  return compiled === false ? undefined : compiled;
}

function compile(): Module | false {
  try {
    return new WebAssembly.Module(Buffer.from(GATE_MODULE, 'base64'));
  } catch {
    // Switched off (node --jitless has none): ScriptGate does the same.
    return false;
  }
}

/** The passes in WebAssembly. */
export class WasmGate implements Gate {
  readonly #exports: Exports;
  readonly #memory: Uint8Array;
  readonly #out: Int32Array;
  readonly #text: number;

  constructor({ bytes }: Tables, code: Module) {
    const exports = new WebAssembly.Instance(code).exports;
    const tables = exports.tables.value;
    const missing = tables + bytes.length - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / PAGE));
    this.#exports = exports;
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.#out = new Int32Array(exports.memory.buffer, exports.out.value);
    this.#memory.set(bytes, tables);
    this.#text = exports.input.value + LEAD;
  }

  sight(piece: Piece): Sightings {
    const { after, upTo, end } = piece;
    const from = Math.max(0, after - LOOK_BACK);
    const last = Math.min(end, upTo + LONGEST_LITERAL);
    const shift = this.#load(piece.bytes, from, last);
    const window = Math.max(0, after - LONGEST_LITERAL) + shift;
    const count = this.#exports.hits(
      window,
      after + shift,
      upTo + shift,
      from + shift,
      last + shift,
      piece.final ? 1 : 0,
    );
    const reached = this.#exports.reachedAt() - shift;
    if (count === 0) return { pairs: NONE, reached };
    const pairs = this.#out.slice(0, 2 * count);
    for (let i = 0; i < pairs.length; i += 2) pairs[i] = (pairs[i] as number) - shift;
    return { pairs, reached };
  }

  runs(piece: Piece): Int32Array {
    const { after, upTo, end } = piece;
    if (end - after < SHORTEST_RUN) return NONE;
    const last = Math.min(end, upTo + SHORTEST_RUN);
    const shift = this.#load(piece.bytes, after, last);
    const count = this.#exports.runs(after + shift, upTo + shift, last + shift);
    if (count === 0) return NONE;
    return this.#out.slice(0, count).map((start) => start - shift);
  }

  // Returns what makes an address of an offset.
  #load(bytes: Uint8Array, from: number, end: number): number {
    const past = this.#text + end - from;
    if (end - from <= FEW) {
      for (let at = this.#text, i = from; i < end; at++, i++) this.#memory[at] = bytes[i] as number;
      for (let at = past; at < past + TRAIL; at++) this.#memory[at] = 0;
      return this.#text - from;
    }
    this.#memory.set(bytes.subarray(from, end), this.#text);
    this.#memory.fill(0, past, past + TRAIL);
    return this.#text - from;
  }
}
