import { base62, base64url, hex, upperAlnum, type RuleExamples, uuid } from './examples.ts';

/** Of `rules/hosting.ts`. */
export const HOSTING_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'digitalocean_token',
    positives: [() => `dop_v1_${hex(64)}`, () => `doo_v1_${hex(64, 2)}`, () => `dor_v1_${hex(64, 3)}`],
    misses: [() => `dop_v1_${hex(63)}`, () => `dop_v2_${hex(64)}`],
  },
  {
    id: 'heroku_key',
    positives: [() => `HRKU-AA${base64url(58)}`, () => `HRKU-${uuid()}`],
    misses: [() => `HRKU-AA${base64url(30)}`, () => `HRKX-${uuid()}`],
  },
  {
    id: 'fly_token',
    positives: [() => `fo1_${base64url(43)}`, () => `fm2_${base62(200)}==`],
    misses: [() => `fo1_${base64url(30)}`, () => `fm2_${base62(20)}`],
  },
  {
    id: 'cloudflare_key',
    positives: [() => `cfut_${base62(48)}`, () => `v1.0-${hex(24)}-${hex(146)}`],
    misses: [() => `cfut_${base62(30)}`, () => `cfxt_${base62(48)}`, () => `v1.0-${hex(24)}-${hex(100)}`],
  },
  {
    id: 'netlify_token',
    positives: [() => `nfp_${base62(36)}`, () => `nfc_${base62(36)}`],
    misses: [() => `nfp_${base62(30)}`, () => `nfz_${base62(36)}`],
  },
  {
    id: 'vercel_token',
    positives: [() => `vcp_${base62(56)}`, () => `vck_${base62(56, 2)}`],
    misses: [() => `vcp_${base62(12)}`, () => `vcz_${base62(56)}`],
  },
  {
    id: 'scalingo_token',
    positives: [() => `tk-us-${base64url(48)}`, () => `tk-us-${base64url(48, 2)}`],
    misses: [() => `tk-us-${base64url(40)}`, () => `tk-uk-${base64url(48)}`],
  },
  {
    id: 'hetzner_token',
    positives: [() => base62(64), () => base62(64, 2)],
    misses: [() => base62(63), () => base62(65)],
    around: (value) => `export HCLOUD_TOKEN='${value}'\n`,
  },
  {
    id: 'scaleway_secret_key',
    positives: [() => uuid(), () => uuid(2)],
    misses: [() => hex(32), () => uuid().slice(0, -1)],
    around: (value) => `SCW_SECRET_KEY=${value}\n`,
  },
  {
    id: 'kong_token',
    positives: [() => `kpat_${base62(48)}`, () => `spat_${base62(48)}`],
    misses: [() => `kpat_${base62(8)}`, () => `kpad_${base62(48)}`],
  },
  {
    id: 'deno_deploy_token',
    positives: [() => `ddo_${base62(36)}`, () => `ddo_${base62(36, 2)}`],
    misses: [() => `ddo_${base62(35)}`, () => `ddx_${base62(36)}`],
  },
  {
    id: 'ovh_secret',
    positives: [() => base62(32), () => base62(32, 2)],
    misses: [() => base62(16), () => base62(33)],
    around: (value) => `export OVH_APPLICATION_SECRET="${value}"\n`,
  },
  {
    id: 'porkbun_secret',
    positives: [() => `sk1_${hex(64)}`, () => `sk1_${hex(64, 2)}`],
    misses: [() => `sk1_${hex(20)}`, () => `pk1_${hex(64)}`],
  },
  {
    id: 'upcloud_token',
    positives: [() => `ucat_${upperAlnum(26)}`, () => `ucat_${upperAlnum(26, 2)}`],
    misses: [() => `ucat_${upperAlnum(25)}`, () => `ucbt_${upperAlnum(26)}`],
  },
  {
    id: 'exoscale_key',
    positives: [() => `EXO${hex(24)}`, () => `EXO${hex(24, 2)}`],
    misses: [() => `EXO${hex(20)}`, () => `EXP${hex(24)}`],
  },
];
