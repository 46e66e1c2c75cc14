/** A piece of a text: results are about `after`..`upTo`, but bytes up to `end` may be looked at. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly after: number;
  readonly upTo: number;
  readonly end: number;
  /** Nothing comes after `end`. */
  readonly final: boolean;
}

/** Literals that were found. */
export interface Sightings {
  /** Pairs: where a literal ends, and its number, from 1. Sorted by the ends; of those that end together the longest first. */
  readonly pairs: Int32Array;
  /** All that end here or before are among them. */
  readonly reached: number;
}

/** The passes over each byte of a text. Of the two that there are one is faster, one needs no WebAssembly; they find the same. */
export interface Gate {
  /** The literals that end after `after` and at `upTo` or before; at most `LONGEST_PIECE` bytes at once. */
  sight(piece: Piece): Sightings;
  /** Where maximal runs of `A-Za-z0-9+/_-` of at least `SHORTEST_RUN` bytes begin. `after` must not be inside of one. */
  runs(piece: Piece): Int32Array;
}
