import process from 'node:process';

import { showScreen } from '../../show-screen.ts';
import { groundOf, themeFor } from '../../theme.ts';
import { Review } from './review.tsx';
import type { ReviewDeps } from './use-review.ts';

export interface Look {
  readonly colour: boolean;
  /** `light` or `dark`, as somebody says (HALLPASS_THEME); unchecked. */
  readonly ground: string | undefined;
  /** What the terminal says of its colours. */
  readonly colorfgbg: string | undefined;
}

/** Shows sessions until somebody leaves. The terminal is then as it was. */
export async function showReview(
  deps: ReviewDeps,
  { colour, ground, colorfgbg }: Look,
): Promise<{ interrupted: boolean }> {
  const theme = themeFor({
    colour,
    ground: groundOf(ground, colorfgbg),
    depth: process.stdout.getColorDepth(),
  });
  const left = await showScreen(<Review deps={deps} theme={theme} />);
  return { interrupted: left === 'interrupted' };
}
