import {
  base62,
  base64url,
  digits,
  hex,
  lowerAlnum,
  type RuleExamples,
  upperAlnum,
  uuid,
} from './examples.ts';

/** Of `rules/productivity.ts`. */
export const PRODUCTIVITY_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'clickup_token',
    positives: [() => `pk_${digits(7)}_${upperAlnum(32)}`, () => `pk_${digits(8)}_${upperAlnum(32, 2)}`],
    misses: [() => `pk_${upperAlnum(32)}`, () => `pk_${digits(7)}_${upperAlnum(31)}`],
  },
  {
    id: 'deepl_free_key',
    positives: [() => `${uuid()}:fx`, () => `${uuid(2)}:fx`],
    misses: [() => uuid(), () => `${uuid()}:fxs`],
  },
  {
    id: 'mapbox_token',
    positives: [() => mapbox('sk', 1), () => mapbox('tk', 2)],
    misses: [() => mapbox('pk', 1), () => `sk.eyJ${base64url(60)}`],
  },
  {
    id: 'salesforce_session',
    positives: [
      () => `00D${base62(12)}!${base62(60)}.${base62(51)}`,
      () => `00D${base62(15)}!AQ${base62(48)}_${base62(61)}`,
    ],
    misses: [() => `00D${base62(15)}`, () => `00D${base62(12)}!${base62(20)}`],
  },
  {
    id: 'amazon_login_token',
    positives: [() => `Atza|${base64url(350)}`, () => `Atzr|${base64url(300)}`],
    misses: [() => `Atza|${base64url(20)}`, () => `Atzb|${base64url(350)}`],
  },
  {
    id: 'zoho_token',
    positives: [() => `1000.${hex(32)}.${hex(32, 2)}`, () => `1000.${hex(32, 3)}.${hex(32, 4)}`],
    misses: [() => `1000.${upperAlnum(30)}`, () => `1000.${hex(32)}.${hex(30)}`],
  },
  {
    id: 'pinterest_token',
    positives: [() => `pina_${base62(64)}`, () => `pinr_${base62(90)}`],
    misses: [() => 'pina_colada', () => `pinc_${base62(64)}`],
  },
  {
    id: 'trigger_dev_key',
    positives: [
      () => `tr_dev_${base62(20)}`,
      () => `tr_prod_${base62(24)}`,
      () => `tr_preview_${base62(24)}`,
      () => `tr_pat_${lowerAlnum(40)}`,
      () => `tr_dev_sk_${base62(24)}`,
    ],
    misses: [() => 'tr_dev_1234', () => `tr_local_${base62(24)}`],
  },
  {
    id: 'zapier_webhook',
    positives: [
      () => `hooks.zapier.com/hooks/catch/${digits(8)}/${lowerAlnum(7)}`,
      () => `hooks.zapier.com/hooks/catch/${digits(7)}/${lowerAlnum(8)}`,
    ],
    misses: [() => 'hooks.zapier.com/hooks/catch/', () => `hooks.zapier.com/hooks/standard/${digits(8)}`],
    around: (token) => `POST https://${token}/\n`,
  },
  {
    id: 'openweather_key',
    positives: [() => hex(32), () => hex(32, 2)],
    misses: [() => hex(31), () => hex(40)],
    around: (value) => `https://api.openweathermap.org/data/2.5/weather?q=Oslo&appid=${value}\n`,
  },
  {
    id: 'tines_webhook',
    positives: [
      () => `tines.com/webhook/${hex(32)}/${hex(32, 2)}`,
      () => `tines.io/webhook/${hex(32)}/${hex(32, 3)}`,
    ],
    misses: [() => `tines.com/webhook/${hex(32)}`, () => `tines.com/webhook/alerts/${hex(16)}`],
    around: (token) => `POST https://acme.${token}\n`,
  },
  {
    id: 'twitter_bearer_token',
    positives: [() => bearer(90), () => bearer(60)],
    misses: [() => bearer(20), () => 'A'.repeat(80)],
  },
  {
    id: 'make_webhook',
    positives: [() => `hook.eu1.make.com/${lowerAlnum(32)}`, () => `hook.us2.make.com/${lowerAlnum(32)}`],
    misses: [() => 'hook.eu1.make.com/', () => `www.make.com/${lowerAlnum(32)}`],
    around: (token) => `POST https://${token}\n`,
  },
  {
    id: 'maxmind_license_key',
    positives: [() => `${base62(6)}_${base62(29)}_mmk`, () => `${base62(6, 2)}_${base62(29, 2)}_mmk`],
    misses: [() => `${base62(6)}_${base62(20)}_mmk`, () => `${base62(6)}_${base62(29)}_mmkey`],
  },
  {
    id: 'inngest_signing_key',
    positives: [() => `signkey-prod-${hex(64)}`, () => `signkey-test-${hex(32)}`],
    misses: [() => 'signkey-prod-12345678', () => `signkey-${hex(64)}`],
  },
  {
    id: 'calcom_key',
    positives: [() => `cal_live_${hex(32)}`, () => `cal_${hex(32)}`],
    misses: [() => 'cal_live_booking', () => `cal_${hex(31)}`],
  },
  {
    id: 'dub_key',
    positives: [() => `dub_${base62(24)}`, () => `dub_${base62(24, 2)}`],
    misses: [() => `dub_pk_${base62(24)}`, () => `dub_${base62(23)}`],
  },
  {
    id: 'segment_token',
    positives: [() => `sgp_${base62(64)}`, () => `sgp_${base62(64, 2)}`],
    misses: [() => `sgp_${base62(63)}`, () => `sgp_${base62(65)}`],
  },
  {
    id: 'gitbook_token',
    positives: [() => `gb_api_${base62(40)}`, () => `gb_api_${base62(48)}`],
    misses: [() => 'gb_api_token', () => `gb_api-${base62(40)}`],
  },
  {
    id: 'caido_token',
    positives: [() => `caido_${base62(32)}`, () => `caido_${base62(48)}`],
    misses: [() => 'caido_instance_url', () => `caido-${base62(32)}`],
  },
  {
    id: 'ifttt_webhook',
    positives: [
      () => `maker.ifttt.com/trigger/door_open/with/key/${base64url(43)}`,
      () => `maker.ifttt.com/trigger/door_open/json/with/key/${base64url(22)}`,
    ],
    misses: [
      () => `maker.ifttt.com/trigger/door_open/with/key/${base64url(8)}`,
      () => `maker.ifttt.com/trigger/door_open/with/${base64url(43)}`,
    ],
    around: (value) => `https://${value}`,
  },
  {
    id: 'tiktok_token',
    positives: [() => `act.${base62(66)}`, () => `rft.${base62(66)}`],
    misses: [() => `act.${base62(20)}`, () => `react.${base62(66)}`],
  },
];

function mapbox(kind: string, seed: number): string {
  const claims = Buffer.from(JSON.stringify({ u: 'someone', a: base62(24, seed) })).toString('base64url');
  return `${kind}.${claims}.${base64url(22, seed)}`;
}

function bearer(length: number): string {
  return `${'A'.repeat(21)}${base62(10)}%2B${base62(length - 20)}%3D${base62(20)}`;
}
