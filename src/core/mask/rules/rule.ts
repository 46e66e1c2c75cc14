/** Confirms or refutes a token by a checksum its vendor builds in. Gets the whole token. */
export type Checksum = (token: string) => boolean;

/**
 * One vendor's token format. Adding a format is adding one entry of this shape.
 *
 * `shapes` are templates read left to right, without alternatives and without backtracking: literal text, and
 * `<class:length>` for a run of one byte class (`bytes.ts` names them), `<class:min-max>` or `<class:min+>` where the
 * vendor leaves room. `<uuid>` is short for the five hex groups. The first literal of three characters or more is
 * what is searched for, or else, without `near`, of two; it must be distinctive. A shape without one is looked for only as
 * the value of a name that `near` knows.
 */
export interface Rule {
  /** `[a-z0-9_]+`; shows in placeholders. */
  readonly id: string;
  /** What it is, for a person: `a GitHub personal access token`. */
  readonly name: string;
  readonly shapes: readonly string[];
  /**
   * A token that fails its checksum is still masked when it has the vendor's full shape: a mistyped or shortened copy of a
   * secret is mostly a secret, and masking it costs little; the profile `alert` leaves it out. `required` is for shapes that
   * ordinary text also has. Where the vendor documents none for a token of this length, it holds.
   */
  readonly checksum?: { readonly verify: Checksum; readonly required?: boolean };
  /**
   * Words, lower case, that give a shape its meaning when it has none of its own. Behind one of them, within a line or
   * two, a shape with a literal counts; one without must be the value of a name with the word in it.
   */
  readonly near?: readonly string[];
  /**
   * The vendor's own page or source that says the form. Where it says how a token begins, and not how long it is, the
   * shape has a range; where the form is seen elsewhere, a comment says so.
   */
  readonly source: string;
}
