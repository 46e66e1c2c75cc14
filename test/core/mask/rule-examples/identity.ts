import { base62, base64url, hex, type RuleExamples, uuid } from './examples.ts';

/** Of `rules/identity.ts`. */
export const IDENTITY_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'secret_token_uri',
    positives: [() => `secret-token:${base62(43)}`, () => `secret-token:mercury_production_${base62(40)}`],
    misses: [() => 'secret-token: see below', () => 'secret-token:optional'],
  },
  {
    id: 'ory_token',
    positives: [() => `ory_pat_${base62(32)}`, () => `ory_pat_${base62(32, 2)}`],
    misses: [() => 'ory_pat_token', () => `ory_pat-${base62(32)}`],
  },
  {
    id: 'okta_token',
    positives: [() => `00${base64url(40)}`, () => `00${base64url(40, 2)}`],
    misses: [() => `00${base64url(39)}`, () => `01${base64url(40)}`],
    around: (token) => `Authorization: SSWS ${token}\n`,
  },
  {
    id: 'okta_named_token',
    positives: [() => `00${base64url(40)}`, () => `00${base64url(40, 2)}`],
    misses: [() => `00${base64url(39)}`, () => `00${base64url(50)}`],
    around: (token) => `OKTA_API_TOKEN="${token}"\n`,
  },
  {
    id: 'launchdarkly_key',
    positives: [() => `sdk-${uuid()}`, () => `api-${uuid()}`],
    misses: [() => `mob-${uuid()}`, () => 'sdk-4e8b1a2c'],
  },
  {
    id: 'stytch_secret',
    positives: [() => `secret-live-${base62(35)}=`, () => `secret-test-${uuid()}`],
    misses: [() => 'secret-test-value', () => `secret-prod-${base62(36)}`],
  },
  {
    id: 'statsig_key',
    positives: [() => `secret-${base62(43)}`, () => `console-${base62(43)}`],
    misses: [() => `client-${base62(43)}`, () => `secret-${base62(42)}`],
  },
  {
    id: 'unleash_token',
    positives: [() => `default:development.${hex(56)}`, () => `my-project:production.${hex(56)}`],
    misses: [() => `default:development.${hex(40)}`, () => 'default:production.yaml'],
  },
  {
    id: 'persona_key',
    positives: [() => `persona_production_${uuid()}`, () => `persona_sandbox_${uuid()}`],
    misses: [() => 'persona_production_key', () => `persona_staging_${uuid()}`],
  },
  {
    id: 'zuplo_key',
    positives: [() => `zpka_${hex(32)}_${hex(8)}`, () => `zpka_${hex(32, 2)}_${hex(8, 2)}`],
    misses: [() => `zpka_${hex(32)}`, () => `zpka_${hex(30)}_${hex(8)}`],
  },
  {
    id: 'configcat_sdk_key',
    positives: [
      () => `configcat-sdk-1/${base64url(22)}/${base64url(22, 2)}`,
      () => `configcat-sdk-1/${base64url(22, 3)}/${base64url(22, 4)}`,
    ],
    misses: [
      () => `configcat-sdk-1/${base64url(22)}/${base64url(20)}`,
      () => `configcat-sdk-2/${base64url(22)}/${base64url(22)}`,
    ],
  },
  {
    id: 'configcat_named_sdk_key',
    positives: [
      () => `${base64url(22)}/${base64url(22, 2)}`,
      () => `${base64url(22, 3)}/${base64url(22, 4)}`,
    ],
    misses: [() => `${base64url(22)}/${base64url(20)}`, () => base64url(45)],
    around: (value) => `CONFIGCAT_SDK_KEY=${value}\n`,
  },
];
