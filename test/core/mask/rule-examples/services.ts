import { base62, base64url, hex, lowerAlnum, type RuleExamples, uuid } from './examples.ts';

/** Of `rules/services.ts`. */
export const SERVICE_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'notion_token',
    positives: [() => `ntn_${base62(46)}`, () => `secret_${base62(43)}`],
    misses: [() => `ntn_${base62(20)}`, () => 'secret_of_the_golden_flower'],
  },
  {
    id: 'linear_key',
    positives: [() => `lin_api_${base62(40)}`, () => `lin_oauth_${hex(64)}`],
    misses: [() => `lin_api_${base62(20)}`, () => `lin_${base62(40)}`],
  },
  {
    id: 'figma_token',
    positives: [() => `figd_${base64url(40)}`, () => `figu_${base64url(40)}`],
    misses: [() => `figd_${base64url(20)}`, () => `figx_${base64url(40)}`],
  },
  {
    id: 'airtable_token',
    positives: [() => `pat${base62(14)}.${hex(64)}`, () => `pat${base62(14, 2)}.${hex(64, 2)}`],
    misses: [() => `pat${base62(14)}`, () => `pat${base62(14)}.${hex(60)}`],
  },
  {
    id: 'posthog_key',
    positives: [() => `phx_${base62(43)}`, () => `phs_${base62(48)}`],
    misses: [() => `phc_${base62(43)}`, () => `phx_${base62(20)}`],
  },
  {
    id: 'contentful_token',
    positives: [() => `CFPAT-${base64url(43)}`, () => `CFPAT-${base64url(43, 2)}`],
    misses: [() => `CFPAT-${base64url(20)}`, () => `CFPAT_${base64url(43)}`],
  },
  {
    id: 'typeform_token',
    positives: [() => `tfp_${base62(44)}_${base62(14)}`, () => `tfp_${base62(59)}`],
    misses: [() => `tfp_${base62(20)}`, () => `tfx_${base62(44)}_${base62(14)}`],
  },
  {
    id: 'hubspot_token',
    positives: [() => `pat-na1-${uuid()}`, () => `pat-eu1-${uuid()}`],
    misses: [() => `pat-xx1-${uuid()}`, () => `pat-na1-${hex(32)}`],
  },
  {
    id: 'intra42_secret',
    positives: [() => `s-s4t2ud-${hex(64)}`, () => `s-s4t2af-${hex(64)}`],
    misses: [() => `u-s4t2ud-${hex(60)}`, () => `s-s4t2ud-${hex(63)}`],
  },
  {
    id: 'easypost_key',
    positives: [() => `EZAK${base62(54)}`, () => `EZTK${base62(54)}`],
    misses: [() => `EZAK${base62(50)}`, () => `EZXK${base62(54)}`],
  },
  {
    id: 'frameio_token',
    positives: [() => `fio-u-${base64url(64)}`, () => `fio-u-${base64url(64, 2)}`],
    misses: [() => `fio-u-${base64url(40)}`, () => `fio-x-${base64url(64)}`],
  },
  {
    id: 'duffel_token',
    positives: [() => `duffel_live_${base64url(43)}`, () => `duffel_test_${base64url(43)}`],
    misses: [() => `duffel_prod_${base64url(43)}`, () => `duffel_live_${base64url(30)}`],
  },
  {
    id: 'dropbox_token',
    positives: [() => `sl.u.${base64url(140)}`, () => `sl.${base64url(136)}`],
    misses: [() => `sl.${base64url(60)}`, () => `sk.${base64url(136)}`],
  },
  {
    id: 'facebook_token',
    positives: [() => `EAACEdEose0cBA${base62(160)}`, () => `EAAG${base62(180)}`, () => `EAAB${base62(150)}`],
    misses: [() => `EAAG${base62(40)}`, () => `EAB${base62(180)}`],
  },
  {
    id: 'adafruit_key',
    positives: [() => `aio_${base62(28)}`, () => `aio_${base62(28, 2)}`],
    misses: [() => `aio_${base62(27)}`, () => 'aio_read_write'],
  },
  {
    id: 'shippo_token',
    positives: [() => `shippo_live_${hex(40)}`, () => `shippo_test_${hex(40)}`],
    misses: [() => `shippo_live_${hex(39)}`, () => `shippo_prod_${hex(40)}`],
  },
  {
    id: 'lob_key',
    positives: [() => `live_${hex(35)}`, () => `test_${hex(35)}`],
    misses: [() => `live_${hex(34)}`, () => `test_pub_${hex(31)}`],
  },
  {
    id: 'flutterwave_key',
    positives: [() => `FLWSECK_TEST-${hex(32)}`, () => `FLWSECK-${hex(32)}-X`],
    misses: [() => `FLWPUBK_TEST-${hex(32)}`, () => 'FLWSECK_TEST-key'],
  },
  {
    id: 'checkout_key',
    positives: [() => `sk_sbox_${lowerAlnum(26)}`, () => `sk_sbox_${lowerAlnum(27)}`],
    misses: [() => `pk_sbox_${lowerAlnum(26)}`, () => `sk_sbox_${lowerAlnum(20)}`],
  },
  {
    id: 'workos_key',
    positives: [() => `sk_live_${base62(64)}`, () => `sk_test_${base62(80)}`],
    misses: [() => `pk_live_${base62(64)}`, () => `sk_live_${base62(10)}`],
  },
];
