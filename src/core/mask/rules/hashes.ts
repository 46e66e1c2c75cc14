import type { Rule } from './rule.ts';

const CRYPT = 'https://manpages.debian.org/testing/libcrypt-dev/crypt.5.en.html';

/** Stored password hashes: a guessed password is checked against them at leisure. */
export const HASH_RULES: readonly Rule[] = [
  {
    id: 'bcrypt_hash',
    name: 'a bcrypt password hash',
    shapes: [
      '$2a$<digit:2>$<crypt:53>',
      '$2b$<digit:2>$<crypt:53>',
      '$2x$<digit:2>$<crypt:53>',
      '$2y$<digit:2>$<crypt:53>',
    ],
    source: CRYPT,
  },
  {
    id: 'crypt_hash',
    name: 'a crypt(3) password hash',
    shapes: [
      '$6$<crypt:1-16>$<crypt:86>',
      '$6$rounds=<digit:4-9>$<crypt:1-16>$<crypt:86>',
      '$5$<crypt:1-16>$<crypt:43>',
      '$5$rounds=<digit:4-9>$<crypt:1-16>$<crypt:43>',
      '$1$<crypt:1-8>$<crypt:22>',
      '$apr1$<crypt:1-8>$<crypt:22>',
      '$y$<crypt:3-6>$<crypt:1-86>$<crypt:43>',
    ],
    source: CRYPT,
  },
  {
    id: 'cisco_hash',
    name: 'a Cisco IOS password hash of type 8 or 9',
    shapes: ['$8$<crypt:14>$<crypt:43>', '$9$<crypt:14>$<crypt:43>'],
    source: 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/d1/sec-d1-cr-book/sec-cr-e1.html',
  },
  {
    id: 'argon2_hash',
    name: 'an Argon2 password hash',
    shapes: [
      '$argon2id$v=<digit:2>$m=<digit:2-8>,t=<digit:1-3>,p=<digit:1-3>$<b64:11-64>$<b64:16-86>',
      '$argon2i$v=<digit:2>$m=<digit:2-8>,t=<digit:1-3>,p=<digit:1-3>$<b64:11-64>$<b64:16-86>',
    ],
    source: 'https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md',
  },
];
