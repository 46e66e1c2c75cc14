/** What other finders than the rules' look for. The gate sees it on its way: of a whole text they need not search for it themselves. */
export class Landmarks {
  /** False for a stream, and where a part of the text was not searched for literals. */
  isComplete: boolean;
  /** Where `--` stands beside something else that the rule below a table's header has in it. */
  readonly rules: number[] = [];
  hasManifest = false;
  hasPlaceholder = false;

  constructor(isWhole: boolean) {
    this.isComplete = isWhole;
  }
}
