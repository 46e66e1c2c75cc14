import { createHash } from 'node:crypto';

import { alphabet, base62, hex, type RuleExamples } from './examples.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const bech32 = alphabet(BECH32);

/** Of `rules/wallets.ts`. */
export const WALLET_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'nostr_private_key',
    // The first is the vector of NIP-19.
    positives: [
      () => ['nsec', '1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5'].join(''),
      () => nostr(hex(64)),
    ],
    misses: [() => `npub1${bech32(58)}`, () => `nsec1${bech32(57)}`],
    forged: () => `nsec1${bech32(58)}`,
  },
  {
    id: 'bip32_private_key',
    positives: [() => extended('0488ade4', 1), () => extended('04358394', 2)],
    misses: [() => `xpub${base62(107)}`, () => `xprv${base62(100)}`],
    forged: () => `xprv9${base62(106)}`,
  },
];

// BIP 32: version, depth, fingerprint, number, chain code, a zero and the key; then four bytes of a double hash.
function extended(version: string, seed: number): string {
  const body = Buffer.from(
    `${version}00${'00000000'}${'00000000'}${hex(64, seed)}00${hex(64, seed + 5)}`,
    'hex',
  );
  const twice = createHash('sha256').update(createHash('sha256').update(body).digest()).digest();
  let value = BigInt(`0x${Buffer.concat([body, twice.subarray(0, 4)]).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = (BASE58[Number(value % 58n)] ?? '') + text;
  return text;
}

// BIP 173 over GF(32): five bits to a character, then six characters of a BCH code.
function nostr(key: string): string {
  const bits = Buffer.from(key, 'hex').reduce((text, byte) => text + byte.toString(2).padStart(8, '0'), '');
  const data = (bits.padEnd(260, '0').match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2));
  const kind = [3, 3, 3, 3, 0, 14, 19, 5, 3];
  const check = remainderOf([...kind, ...data, 0, 0, 0, 0, 0, 0]) ^ 1n;
  const last = [5n, 4n, 3n, 2n, 1n, 0n].map((at) => Number((check >> (5n * at)) & 31n));
  return `nsec1${[...data, ...last].map((value) => BECH32[value]).join('')}`;
}

function remainderOf(values: readonly number[]): bigint {
  const generators = [0x3b6a57b2n, 0x26508e6dn, 0x1ea119fan, 0x3d4233ddn, 0x2a1462b3n];
  return values.reduce((sum, value) => {
    const top = sum >> 25n;
    const next = ((sum & 0x1ffffffn) << 5n) ^ BigInt(value);
    return generators.reduce((xor, generator, i) => ((top >> BigInt(i)) & 1n ? xor ^ generator : xor), next);
  }, 1n);
}
