import { base62, crc32 } from './checksums.ts';

/**
 * Synapse's: the last part is the CRC-32 of all before it, in six base62 digits.
 * https://github.com/matrix-org/synapse/pull/5588
 */
export function isSynapseChecksum(token: string): boolean {
  const { body, check } = split(token);
  return check === base62(crc32(body));
}

/**
 * The Matrix Authentication Service's: the same, with the least digit first.
 * https://github.com/element-hq/matrix-authentication-service/blob/main/crates/data-model/src/tokens.rs
 */
export function isMatrixAuthChecksum(token: string): boolean {
  const { body, check } = split(token);
  return check === leastFirst(base62(crc32(body)));
}

// Zeros that fill up stay in front.
function leastFirst(digits: string): string {
  const value = digits.replace(/^0+/, '');
  return value.split('').toReversed().join('').padStart(digits.length, '0');
}

function split(token: string): { body: string; check: string } {
  const at = token.lastIndexOf('_');
  return { body: token.slice(0, at), check: token.slice(at + 1) };
}
