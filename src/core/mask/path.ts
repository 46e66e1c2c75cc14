import { randomBits } from './randomness.ts';

/** Of 100,000 paths a hundred have as many, of as many keys all but a hundred. */
const RANDOM_BITS = 14;

const ROOTS =
  /^\/(?:Applications|Library|System|Users|Volumes|app|bin|boot|data|dev|etc|home|lib\w*|media|mnt|nix|opt|private|proc|root|run|sbin|snap|srv|sys|tmp|usr|var|workspaces?)(?:\/|$)/;

/**
 * True for a file's path. Base64 may begin with a slash, too (one AWS key in 64 does): then a part of it mixes cases and
 * digits as no name does.
 */
export function isPath(value: string): boolean {
  if (/^(?:[~.]{1,2}\/|[A-Za-z]:\\|\\\\)/.test(value) || ROOTS.test(value)) return true;
  return (
    value.startsWith('/') &&
    !/[+=]/.test(value) &&
    !value.split('/').some(isMixed) &&
    randomBits(value) < RANDOM_BITS
  );
}

function isMixed(part: string): boolean {
  return part.length >= 10 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part);
}
