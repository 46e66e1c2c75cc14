import type { Rule } from './rule.ts';

const NEW_RELIC = 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/';

/** What watches systems and wakes people. */
export const OBSERVABILITY_RULES: readonly Rule[] = [
  {
    id: 'dynatrace_token',
    name: 'a Dynatrace token',
    shapes: [
      'dt0c01.<base32:24>.<base32:64>',
      'dt0s01.<base32:8-24>.<base32:64>',
      'dt0s16.<base32:8-24>.<base32:64>',
    ],
    source:
      'https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens',
  },
  {
    id: 'grafana_token',
    name: 'a Grafana token',
    shapes: [
      'glsa_<alnum:32>_<hex:8>',
      'glc_eyJ<b64padded:30+>',
      'eyJrIjoi<b64padded:60-400>',
      'glc_<b64padded:32-400>',
    ],
    source:
      'https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/',
  },
  {
    id: 'new_relic_key',
    name: 'a New Relic key',
    shapes: [
      'NRAK-<upperalnum:27>',
      'NRJS-<hex:19>',
      'NRII-<b64url:32>',
      'NRIQ-<b64url:32>',
      'NRRA-<hex:42>',
      'NRAA-<hex:27>',
      'NRSP-<loweralnum:37>',
      '<loweralnum:36>NRAL',
      'NRBR-<hex:19>',
    ],
    source: NEW_RELIC,
  },
  {
    id: 'sentry_token',
    name: 'a Sentry token',
    shapes: ['sntrys_eyJ<b64padded:80-400>_<b64:43>', 'sntryu_<hex:64>', 'sntrya_<hex:64>'],
    source: 'https://docs.sentry.io/account/auth-tokens/',
  },
  {
    id: 'datadog_key',
    name: 'a Datadog key',
    shapes: ['ddapp_<alnum:34>', 'ddpat_<alnum:22-64>'],
    source: 'https://docs.datadoghq.com/account_management/api-app-keys/',
  },
];
