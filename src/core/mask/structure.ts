import type { Anchor } from './anchors.ts';

export function structureAnchors(): Anchor[] {
  return [];
}
