import { latin1 } from './values.ts';
import type { Window } from './window.ts';

/** So far back the user stands: on the line, or a line or two before. Less than what stays in memory. */
export const NEAR_BYTES = 144;
const USER =
  /(?:user(?:[_ -]?(?:name|id))?|login|uid|e-?mail)["']?\]?\s{0,3}(?:=>?|:=?|,|\s)\s{0,8}\\{0,4}["'`]?(?<value>[^\s"'`=:,;&\\]{1,64})\\{0,4}["'`]?(?<between>[^\n]{0,60}(?:\n[^\n]{0,60}){0,2})$/i;
/** What code and forms write in its place. */
const NO_USER =
  /^(?:[a-z.]*(?:user[_-]?(?:name|id)|login|uid|email|string|str|null|undefined|none|true|false|req\w*)|[$<{%(].*|.*[(.[].*[)\]]?)$/i;

/**
 * True when a user is named just before `at`: `user = "root"` and `password = "…"` below it. What stands there is a
 * password, however ordinary it looks.
 */
export function isBesideUser(window: Window, at: number): boolean {
  const before = latin1(window, Math.max(0, at - NEAR_BYTES), at);
  const groups = USER.exec(before)?.groups;
  if (groups === undefined) return false;
  const { value = '', between = '' } = groups;
  return !NO_USER.test(value.includes('@') ? 'me' : value) && !/\n\s*\n/.test(between);
}
