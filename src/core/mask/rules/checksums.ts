const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK_CHARS = 6;
const GITHUB_CHARS = 36;

/**
 * GitHub's and npm's: the last six characters are the CRC-32 of the random part before them, in base62.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function isGithubChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  // Longer ones, as GitHub announced, and those with a JSON Web Token inside have none that is documented.
  if (body.length !== GITHUB_CHARS) return true;
  return base62(crc32(body.slice(0, -CHECK_CHARS))) === body.slice(-CHECK_CHARS);
}

/** The six base62 characters that make a GitHub or npm token of this random part. */
export function githubChecksum(random: string): string {
  return base62(crc32(random));
}

/**
 * JSR's: the last six characters are the CRC-32 of all before them, prefix included, in base62.
 * https://github.com/jsr-io/jsr/blob/main/api/src/token.rs
 */
export function isJsrChecksum(token: string): boolean {
  return base62(crc32(token.slice(0, -CHECK_CHARS))) === token.slice(-CHECK_CHARS);
}

/**
 * Routable GitLab tokens: the last seven characters are the CRC-32 of all before them, prefix included, in base36.
 * https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
 */
export function isGitlabChecksum(token: string): boolean {
  return crc32(token.slice(0, -7)).toString(36).padStart(7, '0') === token.slice(-7);
}

/**
 * Grafana's service account tokens: after the last underscore the CRC-32 of what stands before it, in hex, lowest byte
 * first. https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go
 */
export function isGrafanaChecksum(token: string): boolean {
  return lowestFirst(crc32(token.slice(0, -9))).toString('hex') === token.slice(-8);
}

/**
 * Confluent's API secrets: the last six characters are the CRC-32 of the 54 before them, lowest byte first, in base64.
 * https://docs.confluent.io/cloud/current/client-apps/api-keys.html
 */
export function isConfluentChecksum(token: string): boolean {
  const sum = lowestFirst(crc32(token.slice('cflt'.length, -CHECK_CHARS))).toString('base64');
  return sum.startsWith(token.slice(-CHECK_CHARS));
}

function lowestFirst(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
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
