import { showScreen } from '../../show-screen.ts';
import { COLOURED, PLAIN } from '../../theme.ts';
import { Approvals } from './approvals.tsx';
import type { ApprovalsDeps } from './use-approvals.ts';

/** Shows the approvals until somebody leaves. The terminal is then as it was. */
export async function showApprovals({
  colour,
  ...deps
}: ApprovalsDeps & { readonly colour: boolean }): Promise<{ interrupted: boolean }> {
  const left = await showScreen(<Approvals deps={deps} theme={colour ? COLOURED : PLAIN} />);
  return { interrupted: left === 'interrupted' };
}
