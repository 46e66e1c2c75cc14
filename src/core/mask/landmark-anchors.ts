import type { Anchor, Hit } from './anchors.ts';

/** Of the rules below headers each has one: there is a bar, and the dashes nearest to it end there or in a colon or blank (`isRule`). */
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
