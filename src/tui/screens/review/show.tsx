import process from 'node:process';

import { showScreen } from '../../show-screen.ts';
import { type Look, themeOf } from '../../theme.ts';
import { Review } from './review.tsx';
import type { ReviewDeps } from './use-review.ts';

/** Shows sessions until somebody leaves. The terminal is then as it was. */
export async function showReview(deps: ReviewDeps, look: Look): Promise<{ interrupted: boolean }> {
  const theme = themeOf(look, process.stdout.getColorDepth());
  const left = await showScreen(<Review deps={deps} theme={theme} />);
  return { interrupted: left === 'interrupted' };
}
