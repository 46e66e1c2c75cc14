import type { Rule } from './rule.ts';

/** Who someone is, and which features they see. */
export const IDENTITY_RULES: readonly Rule[] = [
  {
    id: 'secret_token_uri',
    name: 'a secret-token: URI',
    shapes: ['secret-token:<tilde:20-512>'],
    source: 'https://www.rfc-editor.org/rfc/rfc8959',
  },
  {
    id: 'ory_token',
    name: 'an Ory personal access token',
    shapes: ['ory_pat_<alnum:24-64>'],
    source: 'https://github.com/ory/docs/blob/master/docs/concepts/personal-access-token.mdx',
  },
  {
    id: 'okta_token',
    name: 'an Okta API token',
    // Behind the scheme of its header; the token begins with the zeros.
    shapes: ['SSWS 00<b64url:40>'],
    source: 'https://developer.okta.com/docs/guides/create-an-api-token/',
  },
  {
    id: 'okta_named_token',
    name: 'an Okta API token',
    shapes: ['<digit:2><b64url:40>'],
    near: ['okta'],
    source: 'https://developer.okta.com/docs/guides/create-an-api-token/',
  },
  {
    id: 'launchdarkly_key',
    name: 'a LaunchDarkly SDK key or access token',
    shapes: ['sdk-<uuid>', 'api-<uuid>'],
    source: 'https://launchdarkly.com/docs/home/account/environment/keys',
  },
  {
    id: 'stytch_secret',
    name: 'a Stytch project secret',
    shapes: ['secret-live-<padded:30-60>', 'secret-test-<padded:30-60>'],
    source: 'https://stytch.com/docs/resources/workspace-management/api-keys',
  },
  {
    id: 'statsig_key',
    name: 'a Statsig secret key',
    shapes: ['secret-<alnum:43>', 'console-<alnum:43>'],
    source: 'https://docs.statsig.com/access-management/api-keys',
  },
  {
    id: 'unleash_token',
    name: 'an Unleash API token',
    shapes: [
      '<b64url:1-64>:development.<lhex:56>',
      '<b64url:1-64>:production.<lhex:56>',
      '*:development.<lhex:56>',
      '*:production.<lhex:56>',
      '*:*.<lhex:56>',
    ],
    source: 'https://docs.getunleash.io/concepts/api-tokens-and-client-keys',
  },
  {
    id: 'persona_key',
    name: 'a Persona API key',
    shapes: ['persona_production_<uuid>', 'persona_sandbox_<uuid>'],
    source: 'https://docs.withpersona.com/api-keys',
  },
  {
    id: 'zuplo_key',
    name: 'a Zuplo API key',
    shapes: ['zpka_<alnum:32>_<alnum:8>'],
    source: 'https://zuplo.com/docs/articles/api-key-best-practices',
  },
  {
    id: 'configcat_sdk_key',
    name: 'a ConfigCat SDK key',
    shapes: ['configcat-sdk-1/<b64url:22>/<b64url:22>'],
    source: 'https://github.com/configcat/common-js/blob/master/src/ConfigCatClient.ts',
  },
  {
    id: 'configcat_named_sdk_key',
    name: 'a ConfigCat SDK key',
    shapes: ['<b64url:22>/<b64url:22>'],
    near: ['configcat'],
    source: 'https://github.com/configcat/common-js/blob/master/src/ConfigCatClient.ts',
  },
];
