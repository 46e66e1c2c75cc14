/** Every way to cut a buffer in two, the empty pieces at both ends included. */
export function* everyCut(whole: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  for (let at = 0; at <= whole.length; at += 1) yield [whole.subarray(0, at), whole.subarray(at)];
}

/** `count` random ways to cut a buffer into any number of pieces, empty ones among them; the same for the same seed. */
export function* randomChunkings(whole: Uint8Array, { count = 100, seed = 1 } = {}): Generator<Uint8Array[]> {
  const random = generator(seed);
  for (let round = 0; round < count; round += 1) {
    const largest = 1 + Math.floor(random() * Math.max(1, whole.length));
    yield pieces(whole, () => Math.floor(random() * (largest + 1)));
  }
}

function pieces(whole: Uint8Array, nextSize: () => number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  while (start < whole.length) {
    const end = Math.min(whole.length, start + nextSize());
    parts.push(whole.subarray(start, end));
    start = end;
  }
  return parts;
}

// mulberry32: small, seeded, good enough to choose cuts.
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
