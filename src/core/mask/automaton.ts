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
    const order = linkFailures(trie, this.shift);
    const { number, firstAccepting, outputs } = acceptingLast(trie, order);
    this.firstAccepting = firstAccepting;
    this.#outputs = outputs;
    this.next = renumber(trie, number, this.shift);
  }

  /** Indexes of the literals that end where the automaton came into `state`, longest first. */
  outputs(state: number): readonly number[] {
    return this.#outputs[state - this.firstAccepting] ?? [];
  }
}

interface Trie {
  /** `next[(state << shift) | class]`; 0 where there is no edge, as no edge leads back to the root. */
  readonly next: Uint16Array;
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
  const most = 1 + literals.reduce((sum, literal) => sum + literal.length, 0);
  const next = new Uint16Array(most << shift);
  const ends: number[][] = [[]];
  for (const [index, literal] of literals.entries()) {
    let state = 0;
    for (let i = 0; i < literal.length; i++) {
      const slot = (state << shift) | (classOf[literal.charCodeAt(i)] as number);
      if (next[slot] === 0) next[slot] = ends.push([]) - 1;
      state = next[slot] as number;
    }
    ends[state]?.push(index);
  }
  return { next: next.subarray(0, ends.length << shift), ends };
}

// Breadth first, so that a state's failure target is complete before the state itself. Returns the states in that order.
function linkFailures({ next, ends }: Trie, shift: number): Uint16Array {
  const width = 1 << shift;
  const failure = new Uint16Array(ends.length);
  const order = new Uint16Array(ends.length);
  let known = 1;
  for (let done = 0; done < known; done++) {
    const state = order[done] as number;
    const fallback = failure[state] as number;
    if (state !== 0) ends[state]?.push(...(ends[fallback] ?? []));
    for (let c = 0; c < width; c++) {
      const slot = (state << shift) | c;
      const target = next[slot] as number;
      const otherwise = state === 0 ? 0 : (next[(fallback << shift) | c] as number);
      if (target === 0) {
        next[slot] = otherwise;
        continue;
      }
      failure[target] = otherwise;
      order[known++] = target;
    }
  }
  return order;
}

interface Order {
  /** The new number of each state. */
  readonly number: Uint16Array;
  readonly firstAccepting: number;
  readonly outputs: number[][];
}

function acceptingLast({ ends }: Trie, order: Uint16Array): Order {
  const number = new Uint16Array(ends.length);
  const outputs: number[][] = [];
  let silent = 0;
  for (const state of order) if (ends[state]?.length === 0) number[state] = silent++;
  for (const state of order) {
    const here = ends[state] ?? [];
    if (here.length > 0) number[state] = silent + outputs.push(here) - 1;
  }
  return { number, firstAccepting: silent, outputs };
}

function renumber({ next, ends }: Trie, number: Uint16Array, shift: number): Uint16Array {
  const width = 1 << shift;
  const table = new Uint16Array(next.length);
  for (let state = 0; state < ends.length; state++) {
    const from = state << shift;
    const to = (number[state] as number) << shift;
    for (let c = 0; c < width; c++) table[to + c] = number[next[from + c] as number] as number;
  }
  return table;
}
