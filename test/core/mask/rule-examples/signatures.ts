import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 in six base62 digits. */
export function crcInBase62(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) out = BASE62.charAt(rest % 62) + out;
  return out;
}

/** A GitHub or npm token of this random part. */
export function githubToken(prefix: string, random: string): string {
  return `${prefix}_${random}${crcInBase62(random)}`;
}

/** A GitLab token over what stands before its checksum. */
export function gitlabToken(text: string): string {
  return text + crc32(text).toString(36).padStart(7, '0');
}

/** CRC-32, its lowest byte first. */
export function crcLowestFirst(text: string): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(text));
  return sum;
}
