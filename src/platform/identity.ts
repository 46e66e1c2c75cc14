import { hostname, userInfo } from 'node:os';
import process from 'node:process';

/** Who works here as far as this machine knows: `user@host`. Proven to nobody. */
export function localSubject(): string {
  return `${userName()}@${hostname()}`;
}

// A uid without an entry in the user database (containers) has no name.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
