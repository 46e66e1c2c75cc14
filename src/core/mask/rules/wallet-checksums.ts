import { sha256 } from '../../sha256.ts';

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const CHECK_BYTES = 4;

/** BIP 173: the last six characters make the remainder of all the others, and of what they are for, one. */
export function isBech32(token: string): boolean {
  const at = token.lastIndexOf('1');
  const kind = token.slice(0, at).split('');
  const data = token.slice(at + 1).split('');
  const values = data.map((char) => BECH32.indexOf(char));
  if (values.includes(-1)) return false;
  const codes = kind.map((char) => char.charCodeAt(0));
  return (
    remainder([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values]) === 1
  );
}

function remainder(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [i, generator] of GENERATORS.entries()) if ((top >>> i) & 1) check ^= generator;
  }
  return check;
}

/** Base58Check: the last four bytes begin the double SHA-256 of those before them. https://en.bitcoin.it/wiki/Base58Check_encoding */
export function isBase58Check(token: string): boolean {
  const bytes = base58(token);
  if (bytes === undefined) return false;
  const body = bytes.subarray(0, -CHECK_BYTES);
  return sha256(sha256(body)).subarray(0, CHECK_BYTES).equals(bytes.subarray(-CHECK_BYTES));
}

// Without the zero bytes that leading ones would stand for: no prefix of ours has any.
function base58(token: string): Buffer | undefined {
  let value = 0n;
  for (const char of token) {
    const digit = BASE58.indexOf(char);
    if (digit === -1) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
