import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

/** The profile of those who name none. */
export const DEFAULT_PROFILE = 'default';

/** The name as it is, or the default. Throws ERR_USAGE for what is none. */
export function profileName(name = DEFAULT_PROFILE): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return name;
  throw new HallpassError('ERR_USAGE', `"${name}" is not the name of a profile`, {
    hint: 'Letters, digits, dots, dashes and underscores.',
  });
}

/** Of a profile that nobody ever logged in to: a mistyped one is not to pass for somebody who is logged out. */
export function noSuchProfile(name: string, names: readonly string[]): HallpassError {
  return new HallpassError('ERR_NO_SUCH_PROFILE', `there is no profile "${name}"`, {
    hint: hintFor(name, names),
  });
}

function hintFor(name: string, names: readonly string[]): string {
  const guess = nearest(name, names);
  if (guess !== undefined) return `Did you mean "${guess}"?`;
  const known = names.length > 0 ? `There are: ${names.join(', ')}. ` : '';
  return `${known}To make it: hallpass login --profile ${name} HUB`;
}
