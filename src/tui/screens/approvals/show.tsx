import process from 'node:process';

import { showScreen } from '../../show-screen.ts';
import { type Look, themeOf } from '../../theme.ts';
import { Approvals } from './approvals.tsx';
import type { ApprovalsDeps } from './use-approvals.ts';

/** Shows the approvals until somebody leaves. The terminal is then as it was. */
export async function showApprovals(deps: ApprovalsDeps, look: Look): Promise<{ interrupted: boolean }> {
  const theme = themeOf(look, process.stdout.getColorDepth());
  const left = await showScreen(<Approvals deps={deps} theme={theme} />);
  return { interrupted: left === 'interrupted' };
}
