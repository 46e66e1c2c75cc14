const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK_CHARS = 6;

/**
 * GitHub's and npm's: the last six characters are the CRC-32 of the random part before them, in base62.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function isGithubChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  return base62(crc32(body.slice(0, -CHECK_CHARS))) === body.slice(-CHECK_CHARS);
}

/** The six base62 characters that make a GitHub or npm token of this random part. */
export function githubChecksum(random: string): string {
  return base62(crc32(random));
}

/** At least six base62 digits. */
export function base62(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = (BASE62[rest % 62] ?? '') + text;
  return text.padStart(CHECK_CHARS, '0');
}

/** CRC-32 of ISO 3309, bit by bit: tokens are short. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
