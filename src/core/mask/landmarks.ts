import type { Anchor, Hit } from './anchors.ts';

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

/** Of such a rule each has one: it has a bar, and the dashes nearest to it end there or in a colon or blank (`isRule`). */
const BEFORE_DASHES = ['|--', '+--', ':--', ' --', '\t--'];
const AFTER_DASHES = ['--|', '--+', '--:', '-- ', '--\t'];

export function landmarkAnchors(): Anchor[] {
  return [
    ...BEFORE_DASHES.map((literal) =>
      marking(literal, ({ start, around }) => void around.landmarks.rules.push(start + 1)),
    ),
    ...AFTER_DASHES.map((literal) =>
      marking(literal, ({ start, around }) => void around.landmarks.rules.push(start)),
    ),
    marking('kind: Secret', ({ around }) => (around.landmarks.hasManifest = true)),
    marking('hpm_', ({ around }) => (around.landmarks.hasPlaceholder = true)),
  ];
}

function marking(literal: string, note: (hit: Hit) => void): Anchor {
  return {
    literal,
    isExact: true,
    isMark: true,
    match: (hit) => {
      note(hit);
      return undefined;
    },
  };
}
