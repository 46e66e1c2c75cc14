import type { Rule } from './rule.ts';

/** Where sites and services run. */
export const HOSTING_RULES: readonly Rule[] = [
  {
    id: 'digitalocean_token',
    name: 'a DigitalOcean token',
    shapes: ['dop_v1_<hex:64>', 'doo_v1_<hex:64>', 'dor_v1_<hex:64>'],
    source: 'https://docs.digitalocean.com/notes/2022/api-token-format',
  },
  {
    id: 'heroku_key',
    name: 'a Heroku API key',
    shapes: ['HRKU-AA<b64url:58>', 'HRKU-<uuid>'],
    source: 'https://devcenter.heroku.com/articles/platform-api-reference#authentication',
  },
  {
    id: 'fly_token',
    name: 'a Fly.io token',
    shapes: ['fo1_<b64url:43>', 'fm1r_<b64padded:60+>', 'fm1a_<b64padded:60+>', 'fm2_<b64padded:60+>'],
    source: 'https://fly.io/docs/security/tokens/',
  },
  {
    id: 'cloudflare_key',
    name: 'a Cloudflare key',
    shapes: ['v1.0-<hex:24>-<hex:146>', 'cfk_<alnum:44-56>', 'cfut_<alnum:44-56>', 'cfat_<alnum:44-56>'],
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
  },
  {
    id: 'netlify_token',
    name: 'a Netlify token',
    shapes: ['nfp_<alnum:36>', 'nfc_<alnum:36>', 'nfo_<alnum:36>', 'nfu_<alnum:36>', 'nfb_<alnum:36>'],
    source: 'https://docs.netlify.com/api/get-started/#authentication',
  },
  {
    id: 'vercel_token',
    name: 'a Vercel token',
    shapes: [
      'vcp_<alnum:24-60>',
      'vci_<alnum:24-60>',
      'vca_<alnum:24-60>',
      'vcr_<alnum:24-60>',
      'vck_<alnum:24-60>',
    ],
    source: 'https://vercel.com/changelog/new-token-formats-and-secret-scanning',
  },
  {
    id: 'scalingo_token',
    name: 'a Scalingo token',
    shapes: ['tk-us-<b64url:48>'],
    source: 'https://developers.scalingo.com/index#authentication',
  },
  {
    id: 'hetzner_token',
    name: 'a Hetzner Cloud API token',
    shapes: ['<alnum:64>'],
    near: ['hcloud', 'hetzner'],
    source: 'https://docs.hetzner.com/cloud/api/faq/',
  },
  {
    id: 'scaleway_secret_key',
    name: 'a Scaleway secret key',
    shapes: ['<uuid>'],
    near: ['scw_secret_key', 'scw_secret', 'scaleway', 'scw_token'],
    source: 'https://blog.scaleway.com/strengthening-scaleway-token-security-policy/',
  },
  {
    id: 'kong_token',
    name: 'a Kong Konnect access token',
    shapes: ['kpat_<alnum:24-80>', 'spat_<alnum:24-80>'],
    source: 'https://developer.konghq.com/konnect-api/',
  },
  {
    id: 'deno_deploy_token',
    name: 'a Deno Deploy access token',
    shapes: ['ddo_<alnum:36>'],
    source: 'https://docs.deno.com/subhosting/api/authentication',
  },
  {
    id: 'ovh_secret',
    name: 'an OVHcloud application secret or consumer key',
    shapes: ['<alnum:32>'],
    near: ['ovh', 'ovhcloud'],
    source: 'https://docs.ovh.com/gb/en/customer/first-steps-with-ovh-api/',
  },
  {
    id: 'porkbun_secret',
    name: 'a Porkbun secret API key',
    // The page says how it begins, and not how long it is; its public half is `pk1_…`. The example of a client has 64
    // characters: https://github.com/qdm12/ddns-updater/blob/master/docs/porkbun.md
    shapes: ['sk1_<loweralnum:40-80>'],
    source: 'https://porkbun.com/llms/guides/getting-started',
  },
  {
    id: 'upcloud_token',
    name: 'an UpCloud API token',
    // A ULID behind the prefix.
    shapes: ['ucat_<upperalnum:26>'],
    source: 'https://github.com/UpCloudLtd/upcloud-go-api/blob/main/upcloud/token_test.go',
  },
  {
    id: 'exoscale_key',
    name: 'an Exoscale API key',
    // The page writes 24 letters x behind the prefix; that hex digits stand there is what keys look like, and said nowhere.
    shapes: ['EXO<lhex:24>'],
    source: 'https://community.exoscale.com/reference/terraform/provider/',
  },
];
