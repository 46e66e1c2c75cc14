import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import type { Ground, Look } from '../tui/theme.ts';
import { wantsColour } from './colour.ts';

const GROUNDS: readonly Ground[] = ['light', 'dark'];

/** How every screen looks on this terminal. Throws ERR_USAGE for a HALLPASS_THEME that there is not. */
export function screenLook(): Look {
  const { HALLPASS_THEME: said, COLORFGBG: colorfgbg } = readEnvironment().variables;
  const ground = GROUNDS.find((one) => one === said);
  if (said && ground === undefined)
    throw new HallpassError('ERR_USAGE', `HALLPASS_THEME is ${said}`, {
      hint: `It can be ${GROUNDS.join(' or ')}: what the terminal writes on. Unset, hallpass goes by what the terminal says.`,
    });
  return { colour: wantsColour({ isTty: true }), ground, colorfgbg };
}
