import { alphabet, base62, base64, base64url, hex, type RuleExamples, upperAlnum, uuid } from './examples.ts';

const bech32 = alphabet('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L');

/** Of `rules/secret-stores.ts`. */
export const SECRET_STORE_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'vault_token',
    positives: [() => `hvs.${base62(24)}`, () => `hvb.${base64url(140)}`],
    misses: [() => `hvs.${base62(20)}`, () => `hvx.${base62(24)}`],
  },
  {
    id: 'vault_legacy_token',
    positives: [() => `s.${base62(24)}`, () => `b.${base62(24, 2)}`],
    misses: [() => `s.${base62(23)}`, () => `ss.${base62(24)}`],
    around: (value) => `export VAULT_TOKEN="${value}"\n`,
  },
  {
    id: 'doppler_token',
    positives: [() => `dp.pt.${base62(43)}`, () => `dp.st.dev.${base62(43)}`],
    misses: [() => `dp.pt.${base62(30)}`, () => `dp.xx.${base62(43)}`],
  },
  {
    id: 'onepassword_token',
    positives: [
      () => `ops_eyJ${base64url(400)}`,
      () => `A3-${upperAlnum(6)}-${upperAlnum(6)}-${[1, 2, 3, 4].map((n) => upperAlnum(5, n)).join('-')}`,
    ],
    misses: [() => `ops_eyJ${base64url(100)}`, () => `A3-${upperAlnum(6)}-${upperAlnum(6)}-${upperAlnum(5)}`],
  },
  {
    id: 'age_key',
    positives: [() => `AGE-SECRET-KEY-1${bech32(58)}`, () => `AGE-SECRET-KEY-1${bech32(58, 2)}`],
    misses: [() => `AGE-SECRET-KEY-1${bech32(57)}`, () => `AGE-SECRET-KEY-2${bech32(58)}`],
  },
  {
    id: 'infisical_token',
    positives: [() => `st.${hex(24)}.${hex(32)}.${hex(32)}`, () => `st.${uuid()}.${hex(32)}.${hex(32)}`],
    misses: [() => `st.${hex(24)}.${hex(32)}`, () => `xst.${hex(24)}.${hex(32)}.${hex(32)}`],
  },
  {
    id: 'bitwarden_token',
    positives: [
      () => `0.${uuid()}.${base62(30)}:${base64(22)}==`,
      () => `0.${uuid(2)}.${base62(30)}:${base64(22, 2)}==`,
    ],
    misses: [() => `0.${uuid()}.${base62(30)}`, () => `0.${uuid()}.${base62(20)}:${base64(22)}==`],
    around: (value) => `BWS_ACCESS_TOKEN=${value}\n`,
  },
];
