import { isGrafanaChecksum } from './checksums.ts';
import type { Rule } from './rule.ts';

const NEW_RELIC = 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/';

/** What watches systems and wakes people. */
export const OBSERVABILITY_RULES: readonly Rule[] = [
  {
    id: 'dynatrace_token',
    name: 'a Dynatrace token',
    shapes: [
      'dt0<alpha:1><digit:2>.<upperalnum:24>.<upperalnum:64>',
      'dt0s01.<base32:8-24>.<base32:64>',
      'dt0s16.<base32:8-24>.<base32:64>',
    ],
    source:
      'https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens',
  },
  {
    id: 'grafana_service_account_token',
    name: 'a Grafana service account token',
    shapes: ['glsa_<alnum:32>_<lhex:8>'],
    checksum: { verify: isGrafanaChecksum },
    source: 'https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go',
  },
  {
    id: 'grafana_token',
    name: 'a Grafana token',
    shapes: ['glc_eyJ<b64padded:30+>', 'eyJrIjoi<b64padded:60-400>', 'glc_<b64padded:32-400>'],
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
    shapes: [
      'sntrys_eyJ<b64padded:80-400>_<b64:43>',
      'sntryu_<hex:64>',
      'sntrya_<hex:64>',
      'sntryi_<hex:64>',
    ],
    source: 'https://github.com/getsentry/sentry/blob/master/src/sentry/types/token.py',
  },
  {
    id: 'datadog_key',
    name: 'a Datadog key',
    shapes: [
      'ddapp_<alnum:34>',
      'ddpat_<alnum:22-64>',
      'ddpat_<alnum:22>_<alnum:20-80>',
      'ddsat_<alnum:22-64>',
      'ddsat_<alnum:22>_<alnum:20-80>',
    ],
    source: 'https://docs.datadoghq.com/account_management/api-app-keys/',
  },
  {
    id: 'honeycomb_key',
    name: 'a Honeycomb key',
    shapes: ['hc<lower:1>ik_<alnum:58>', 'hc<lower:1>mk_<alnum:26>:<alnum:32>'],
    source: 'https://docs.honeycomb.io/api/authentication',
  },
  {
    id: 'splunk_hec_token',
    name: 'a Splunk HTTP Event Collector token',
    shapes: ['<uuid>'],
    near: ['splunk', 'hec_token', 'splunk_token'],
    source: 'https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector',
  },
  {
    id: 'fullstory_key',
    name: 'a Fullstory API key',
    // Its first three characters name the data center.
    shapes: ['na1.<b64padded:60-160>', 'eu1.<b64padded:60-160>'],
    source: 'https://developer.fullstory.com/server/v1/getting-started',
  },
  {
    id: 'thingsboard_device_token',
    name: 'the access token of a ThingsBoard device',
    shapes: [
      'api/v1/<alnum:20>/telemetry',
      'api/v1/<alnum:20>/attributes',
      'api/v1/<alnum:20>/rpc',
      'api/v1/<alnum:20>/claim',
    ],
    source: 'https://thingsboard.io/docs/reference/http-api/getting-connected/',
  },
  {
    id: 'checkly_key',
    name: 'a Checkly API key',
    shapes: ['cu_<lhex:32>', 'sv_<lhex:32>'],
    source: 'https://checklyhq.com/docs/api',
  },
  {
    id: 'axiom_token',
    name: 'an Axiom API or personal token',
    shapes: ['xaat-<uuid>', 'xapt-<uuid>'],
    source: 'https://github.com/axiomhq/axiom-go/blob/main/axiom/client_test.go',
  },
  {
    id: 'sumologic_source',
    name: 'the address of a Sumo Logic HTTP source',
    shapes: ['sumologic.com/receiver/v1/http/<b64padded:60-200>'],
    source: 'https://www.sumologic.com/help/docs/send-data/hosted-collectors/http-source/',
  },
];
