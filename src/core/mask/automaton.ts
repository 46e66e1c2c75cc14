/**
 * Finds every occurrence of many short literals in one pass, whatever their letter case (Aho and Corasick 1975, as one dense
 * table). States that accept are numbered last, so the hot loop tells them by one comparison.
 */
export class Automaton {
  /** Folded class of each byte; bytes that occur in no literal share class 0. */
  readonly classOf: Uint8Array;
  /** `next[(state << shift) | class]`. */
  readonly next: Uint16Array;
  readonly shift: number;
  /** States from this one on accept. */
  readonly firstAccepting: number;
  readonly #outputs: readonly (readonly number[])[];

  /** `literals` are ASCII; they are reported by their index. */
  constructor(literals: readonly string[]) {
    const { classOf, count } = foldClasses(literals);
    this.classOf = classOf;
    this.shift = Math.ceil(Math.log2(count));
    const trie = buildTrie(literals, classOf, this.shift);
    linkFailures(trie, this.shift);
    const order = acceptingLast(trie);
    this.firstAccepting = order.firstAccepting;
    this.#outputs = order.outputs;
    this.next = renumber(trie.next, order.number, this.shift);
  }

  /** Indexes of the literals that end where the automaton came into `state`, longest first. */
  outputs(state: number): readonly number[] {
    return this.#outputs[state - this.firstAccepting] ?? [];
  }
}

interface Trie {
  readonly next: number[];
  /** Per state: literals that end here. */
  readonly ends: number[][];
}

function foldClasses(literals: readonly string[]): { classOf: Uint8Array; count: number } {
  const classOf = new Uint8Array(256);
  let count = 1;
  for (const byte of Buffer.from(literals.join('').toLowerCase(), 'latin1')) {
    if (classOf[byte] === 0) classOf[byte] = count++;
  }
  for (let byte = 0x41; byte <= 0x5a; byte++) classOf[byte] = classOf[byte + 32] as number;
  return { classOf, count };
}

function buildTrie(literals: readonly string[], classOf: Uint8Array, shift: number): Trie {
  const trie: Trie = { next: newState(shift), ends: [[]] };
  for (const [index, literal] of literals.entries()) {
    let state = 0;
    for (const byte of Buffer.from(literal, 'latin1')) {
      const slot = (state << shift) | (classOf[byte] as number);
      if (trie.next[slot] === -1) {
        trie.next[slot] = trie.ends.length;
        trie.ends.push([]);
        trie.next.push(...newState(shift));
      }
      state = trie.next[slot] as number;
    }
    trie.ends[state]?.push(index);
  }
  return trie;
}

function newState(shift: number): number[] {
  return new Array<number>(1 << shift).fill(-1);
}

// Breadth first, so that a state's failure target is complete before the state itself is.
function linkFailures(trie: Trie, shift: number): void {
  const failure = new Array<number>(trie.ends.length).fill(0);
  const queue = [0];
  for (const state of queue) {
    const fallback = failure[state] as number;
    if (state !== 0) trie.ends[state]?.push(...(trie.ends[fallback] ?? []));
    for (let c = 0; c < 1 << shift; c++) {
      const slot = (state << shift) | c;
      const otherwise = state === 0 ? 0 : (trie.next[(fallback << shift) | c] as number);
      const target = trie.next[slot] as number;
      if (target === -1) {
        trie.next[slot] = otherwise;
        continue;
      }
      failure[target] = otherwise;
      queue.push(target);
    }
  }
}

function acceptingLast(trie: Trie): { number: number[]; firstAccepting: number; outputs: number[][] } {
  const number: number[] = [];
  let silent = 0;
  for (const [state, ends] of trie.ends.entries()) if (ends.length === 0) number[state] = silent++;
  const outputs: number[][] = [];
  for (const [state, ends] of trie.ends.entries()) {
    if (ends.length > 0) number[state] = silent + outputs.push(ends) - 1;
  }
  return { number, firstAccepting: silent, outputs };
}

function renumber(next: readonly number[], number: readonly number[], shift: number): Uint16Array {
  const table = new Uint16Array(next.length);
  for (const [slot, target] of next.entries()) {
    const state = number[slot >> shift] as number;
    table[(state << shift) | (slot & ((1 << shift) - 1))] = number[target] as number;
  }
  return table;
}
