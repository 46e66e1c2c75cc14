import type { Rule } from './rule.ts';
import { isBase58Check, isBech32 } from './wallet-checksums.ts';

/** Private keys that are written as text. */
export const WALLET_RULES: readonly Rule[] = [
  {
    id: 'nostr_private_key',
    name: 'a Nostr private key',
    shapes: ['nsec1<loweralnum:58>'],
    checksum: { verify: isBech32 },
    source: 'https://github.com/nostr-protocol/nips/blob/master/19.md',
  },
  {
    id: 'bip32_private_key',
    name: 'an extended private key of a wallet',
    shapes: ['xprv<alnum:107>', 'tprv<alnum:107>'],
    checksum: { verify: isBase58Check },
    source: 'https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki',
  },
];
