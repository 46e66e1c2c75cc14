import { HallpassError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';

export interface NetrcEntry {
  readonly machine: string;
  readonly login: string;
  readonly password: Secret;
}

/**
 * A netrc file of one machine. What would need quotes is refused: curl, Python and Go, which read such files, do not agree on
 * them, and somebody's password would be cut at a blank and sent so. Throws ERR_USAGE.
 */
export function netrcText({ machine, login, password }: NetrcEntry): string {
  const value = password.reveal();
  if (!/^[^\s"'\\#\p{Cc}]+$/u.test(value))
    throw new HallpassError('ERR_USAGE', `what is for ${machine} can not stand in a netrc file`, {
      hint: 'A blank, a quote, a backslash, a # or a control character is in it. inject: { file: NAME } takes it as it is.',
    });
  return `machine ${machine}\nlogin ${login}\npassword ${value}\n`;
}
