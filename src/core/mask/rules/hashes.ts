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
      // WordPress 6.8 and later.
      '$wp$2y$<digit:2>$<crypt:53>',
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
      '$gy$<crypt:3-6>$<crypt:1-86>$<crypt:43>',
      '$sha1$<digit:1-9>$<crypt:1-64>$<crypt:28-64>',
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
  {
    id: 'phpass_hash',
    name: 'a password hash of phpass, as WordPress and phpBB had them',
    shapes: ['$P$<crypt:31>', '$H$<crypt:31>'],
    source: 'https://github.com/WordPress/wordpress-develop/blob/trunk/src/wp-includes/class-phpass.php',
  },
  {
    id: 'pbkdf2_hash',
    name: 'a password hash of Django or Werkzeug',
    // Django's: https://github.com/django/django/blob/main/django/contrib/auth/hashers.py
    shapes: [
      'pbkdf2_sha256$<digit:3-8>$<alnum:8-32>$<b64:43>=',
      'pbkdf2:sha256:<digit:3-8>$<alnum:8-32>$<lhex:64>',
      'scrypt:32768:8:1$<alnum:8-32>$<lhex:128>',
    ],
    source: 'https://github.com/pallets/werkzeug/blob/main/src/werkzeug/security.py',
  },
  {
    id: 'scram_hash',
    name: 'a SCRAM password verifier of PostgreSQL',
    shapes: ['SCRAM-SHA-256$<digit:3-8>:<b64padded:16-44>$<b64:43>=:<b64:43>='],
    source: 'https://www.postgresql.org/docs/current/catalog-pg-authid.html',
  },
  {
    id: 'kerberos_hash',
    name: 'a part of a Kerberos message that a guessed password decrypts',
    // The second in GetUserSPNs.py beside it; the third: https://github.com/hashcat/hashcat/blob/master/src/modules/module_19900.c
    shapes: [
      '$krb5asrep$<kerberos:100+>',
      '$krb5tgs$<digit:2>$<kerberos:100+>',
      '$krb5pa$<digit:2>$<kerberos:60+>',
    ],
    source: 'https://github.com/fortra/impacket/blob/master/examples/GetNPUsers.py',
  },
  {
    id: 'nt_hash',
    name: 'the hash of a Windows password, behind that of none',
    // Before the colon what LMOWFv1 of [MS-NLMP] makes of an empty one: `KGS!@#$%` under DES and a key of zeros, twice.
    shapes: ['aad3b435b51404eeaad3b435b51404ee:<lhex:32>'],
    source: 'https://github.com/fortra/impacket/blob/master/impacket/examples/secretsdump.py',
  },
];
