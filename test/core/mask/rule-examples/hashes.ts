import { alphabet, base64, digits, type RuleExamples } from './examples.ts';

const crypt = alphabet('./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** Of `rules/hashes.ts`. */
export const HASH_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'bcrypt_hash',
    positives: [() => `$2b$12$${crypt(53)}`, () => `$2y$10$${crypt(53, 2)}`],
    misses: [() => `$2b$12$${crypt(52)}`, () => `$2c$12$${crypt(53)}`, () => `$2b$1$${crypt(53)}`],
  },
  {
    id: 'crypt_hash',
    positives: [
      () => `$6$${crypt(16)}$${crypt(86)}`,
      () => `$5$rounds=5000$${crypt(12)}$${crypt(43)}`,
      () => `$apr1$${crypt(8)}$${crypt(22)}`,
      () => `$y$j9T$${crypt(22)}$${crypt(43)}`,
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
];
