import { base62, base64, base64url, digits, hex, lowerAlnum, type RuleExamples } from './examples.ts';

/** Of `rules/payment.ts`. */
export const PAYMENT_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'paddle_key',
    positives: [
      () => `pdl_live_apikey_${lowerAlnum(26)}_${base62(22)}_${base62(3)}`,
      () => `pdl_sdbx_apikey_${lowerAlnum(26)}_${base62(22)}_${base62(3)}`,
    ],
    misses: [
      () => `pdl_live_apikey_${lowerAlnum(26)}_${base62(22)}`,
      () => `pdl_live_${lowerAlnum(26)}_${base62(22)}_${base62(3)}`,
    ],
  },
  {
    id: 'klarna_key',
    positives: [() => `klarna_live_api_${base64(64)}`, () => `klarna_test_api_${base64(87)}=`],
    misses: [() => 'klarna_live_api_key', () => `klarna_live_client_${base64(64)}`],
  },
  {
    id: 'mollie_key',
    positives: [() => `live_${base62(30)}`, () => `test_${base62(30)}`],
    misses: [() => `live_${base62(29)}`, () => `test_${base62(31)}`],
    around: (token) => `the key of mollie is ${token}.`,
  },
  {
    id: 'xendit_key',
    positives: [() => `xnd_production_${base62(64)}`, () => `xnd_development_${base62(48)}`],
    misses: [() => `xnd_public_production_${base62(64)}`, () => 'xnd_production_callback_token'],
  },
  {
    id: 'mercado_pago_token',
    positives: [
      () => `APP_USR-${digits(16)}-${digits(6)}-${hex(32)}-${digits(9)}`,
      () => `TEST-${digits(16)}-${digits(6)}-${hex(32)}-${digits(8)}`,
    ],
    misses: [() => `APP_USR-${hex(32)}`, () => `TEST-${digits(16)}-${digits(6)}`],
  },
  {
    id: 'sumup_key',
    positives: [() => `sup_sk_${base62(32)}`, () => `sup_sk_${base62(32, 2)}`],
    misses: [() => `sup_pk_${base62(32)}`, () => `sup_sk_${base62(12)}`],
  },
  {
    id: 'omise_key',
    positives: [() => `skey_test_${lowerAlnum(19)}`, () => `skey_${lowerAlnum(19)}`],
    misses: [() => `pkey_test_${lowerAlnum(19)}`, () => 'skey_test_value'],
  },
  {
    id: 'asaas_key',
    positives: [() => `$aact_prod_000${base64(152)}`, () => `$aact_${base64(160)}`],
    misses: [() => '$aact_prod_key', () => `aact_${base64(160)}`],
  },
  {
    id: 'midtrans_server_key',
    positives: [() => `Mid-server-${base62(24)}`, () => `SB-Mid-server-${base62(24)}`],
    misses: [() => `Mid-client-${base62(24)}`, () => 'Mid-server-key'],
  },
  {
    id: 'brex_token',
    positives: [() => `bxt_${base62(36)}`, () => `bxt_${base62(40, 2)}`],
    misses: [() => 'bxt_release', () => `bxt-${base62(36)}`],
  },
  {
    id: 'polar_token',
    positives: [
      () => `polar_oat_${base62(43)}`,
      () => `polar_pat_${base62(43)}`,
      () => `polar_cst_${base62(43)}`,
    ],
    misses: [() => `polar_oat_${base62(42)}`, () => `polar_ci_${base62(43)}`],
  },
  {
    id: 'woocommerce_key',
    positives: [() => `ck_${hex(40)}`, () => `cs_${hex(40)}`],
    misses: [() => `ck_${hex(39)}`, () => `cx_${hex(40)}`],
  },
  {
    id: 'blockfrost_project_id',
    positives: [() => `mainnet${base62(32)}`, () => `preprod${base62(32)}`, () => `ipfs${base62(32)}`],
    misses: [() => `mainnet${base62(31)}`, () => `mainnet-${base62(32)}`],
    around: (token) => `blockfrost: ${token}\n`,
  },
  {
    id: 'paypal_token',
    positives: [() => `A21AA${base64url(92)}`, () => `A21AA${base64url(92, 2)}`],
    misses: [() => `A21AA${base64url(40)}`, () => `A21AB${base64url(92)}`],
  },
  {
    id: 'pagarme_key',
    positives: [() => `ak_live_${base62(30)}`, () => `ak_test_${base62(14)}`],
    misses: [() => `ak_live_${base62(8)}`, () => `ek_live_${base62(30)}`],
  },
];
