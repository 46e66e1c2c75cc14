import { alphabet, base62, base64, digits, hex, type RuleExamples } from './examples.ts';

const crypt = alphabet('./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

const LM_OF_NOTHING = 'aad3b435b51404ee'.repeat(2);

/** Of `rules/hashes.ts`. */
export const HASH_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'bcrypt_hash',
    positives: [
      () => `$2b$12$${crypt(53)}`,
      () => `$2y$10$${crypt(53, 2)}`,
      () => `$wp$2y$10$${crypt(53, 3)}`,
    ],
    misses: [() => `$2b$12$${crypt(52)}`, () => `$2c$12$${crypt(53)}`, () => `$2b$1$${crypt(53)}`],
  },
  {
    id: 'crypt_hash',
    positives: [
      () => `$6$${crypt(16)}$${crypt(86)}`,
      () => `$5$rounds=5000$${crypt(12)}$${crypt(43)}`,
      () => `$apr1$${crypt(8)}$${crypt(22)}`,
      () => `$y$j9T$${crypt(22)}$${crypt(43)}`,
      () => `$gy$j9T$${crypt(22)}$${crypt(43)}`,
      () => `$sha1$40000$${crypt(8)}$${crypt(28)}`,
    ],
    misses: [() => `$6$${crypt(16)}$${crypt(80)}`, () => `$7$${crypt(16)}$${crypt(86)}`],
  },
  {
    id: 'cisco_hash',
    positives: [() => `$8$${crypt(14)}$${crypt(43)}`, () => `$9$${crypt(14, 2)}$${crypt(43, 2)}`],
    misses: [() => `$8$${crypt(14)}$${crypt(40)}`, () => `$6x$${crypt(14)}$${crypt(43)}`],
  },
  {
    id: 'argon2_hash',
    positives: [
      () => `$argon2id$v=19$m=65536,t=3,p=4$${base64(22)}$${base64(43)}`,
      () => `$argon2i$v=19$m=4096,t=3,p=1$${base64(22, 2)}$${base64(43, 2)}`,
    ],
    misses: [
      () => `$argon2id$v=19$m=65536,t=3,p=4$${base64(22)}$${base64(8)}`,
      () => `$argon2x$v=${digits(2)}$m=65536,t=3,p=4$${base64(22)}$${base64(43)}`,
    ],
  },
  {
    id: 'phpass_hash',
    positives: [() => `$P$B${crypt(30)}`, () => `$H$9${crypt(30)}`],
    misses: [() => `$P$B${crypt(20)}`, () => `$Q$B${crypt(30)}`],
  },
  {
    id: 'pbkdf2_hash',
    positives: [
      () => `pbkdf2_sha256$600000$${base62(22)}$${base64(43)}=`,
      () => `pbkdf2:sha256:260000$${base62(16)}$${hex(64)}`,
      () => `scrypt:32768:8:1$${base62(16)}$${hex(128)}`,
    ],
    misses: [
      () => `pbkdf2_sha256$600000$${base62(22)}$${base64(20)}=`,
      () => `pbkdf2:sha256:260000$${base62(16)}$${hex(40)}`,
    ],
  },
  {
    id: 'scram_hash',
    positives: [
      () => `SCRAM-SHA-256$4096:${base64(22)}==$${base64(43)}=:${base64(43, 2)}=`,
      () => `SCRAM-SHA-256$10000:${base64(22, 3)}==$${base64(43, 3)}=:${base64(43, 4)}=`,
    ],
    misses: [() => `SCRAM-SHA-256$4096:${base64(22)}==`, () => `SCRAM-SHA-256-PLUS ${base64(43)}=`],
  },
  {
    id: 'kerberos_hash',
    positives: [
      () => `$krb5asrep$23$me@REALM.TEST:${hex(32)}$${hex(400)}`,
      () => `$krb5tgs$23$*me$REALM.TEST$http/host.realm.test*$${hex(32)}$${hex(600)}`,
      () => `$krb5asrep$me@REALM.TEST:${hex(32)}$${hex(400)}`,
      () => `$krb5tgs$23$*me$REALM.TEST$MSSQLSvc/host.realm.test~1433*$${hex(32)}$${hex(600)}`,
      () => `$krb5pa$18$me$REALM.TEST$${hex(104)}`,
    ],
    misses: [() => `$krb5asrep$23$me@REALM.TEST:${hex(32)}`, () => `$krb5abc$23$me@REALM.TEST:${hex(400)}`],
  },
  {
    id: 'nt_hash',
    positives: [() => `${LM_OF_NOTHING}:${hex(32)}`, () => `${LM_OF_NOTHING}:${hex(32, 2)}`],
    misses: [() => `${LM_OF_NOTHING}:${hex(20)}`, () => `${hex(32)}:${hex(32, 2)}`],
    around: (value) => `REALM\\me:1103:${value}:::`,
  },
];
