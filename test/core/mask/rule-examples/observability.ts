import {
  base62,
  base64,
  base64url,
  hex,
  lowerAlnum,
  type RuleExamples,
  upperAlnum,
  uuid,
} from './examples.ts';
import { crcLowestFirst } from './signatures.ts';

const GRAFANA = (random: string): string =>
  `glsa_${random}_${crcLowestFirst(`glsa_${random}`).toString('hex')}`;

/** Of `rules/observability.ts`. */
export const OBSERVABILITY_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'dynatrace_token',
    positives: [
      () => `dt0c01.${upperAlnum(24)}.${upperAlnum(64)}`,
      () => `dt0s02.${upperAlnum(24, 2)}.${upperAlnum(64, 2)}`,
    ],
    misses: [
      () => `dt0c01.${upperAlnum(24)}.${upperAlnum(63)}`,
      () => `dt1c01.${upperAlnum(24)}.${upperAlnum(64)}`,
    ],
  },
  {
    id: 'grafana_service_account_token',
    positives: [() => GRAFANA(base62(32)), () => GRAFANA(base62(32, 2))],
    misses: [() => `glsa_${base62(31)}_${hex(8)}`, () => `glsb_${base62(32)}_${hex(8)}`],
    forged: () => `glsa_${base62(32)}_${hex(8)}`,
  },
  {
    id: 'grafana_token',
    positives: [() => `glc_eyJ${base64(120)}==`, () => `eyJrIjoi${base64(80)}`],
    misses: [() => `glc_${base64(10)}`, () => `gld_eyJ${base64(120)}`],
  },
  {
    id: 'new_relic_key',
    positives: [() => `NRAK-${upperAlnum(27)}`, () => `${lowerAlnum(36)}NRAL`],
    misses: [() => `NRAK-${upperAlnum(26)}`, () => `NRAX-${upperAlnum(27)}`],
  },
  {
    id: 'sentry_token',
    positives: [() => `sntrys_eyJ${base62(150)}=_${base64(43)}`, () => `sntryu_${hex(64)}`],
    misses: [() => `sntryu_${hex(63)}`, () => `sntryx_${hex(64)}`],
  },
  {
    id: 'datadog_key',
    positives: [
      () => `ddapp_${base62(34)}`,
      () => `ddpat_${base62(40)}`,
      () => `ddsat_${base62(22)}_${base62(40)}`,
    ],
    misses: [() => `ddapp_${base62(30)}`, () => `ddxat_${base62(40)}`],
  },
  {
    id: 'honeycomb_key',
    positives: [() => `hcaik_${lowerAlnum(26)}${base62(32)}`, () => `hcbmk_${lowerAlnum(26)}:${base62(32)}`],
    misses: [() => `hcaik_${lowerAlnum(26)}`, () => `hcaxk_${lowerAlnum(58)}`],
  },
  {
    id: 'splunk_hec_token',
    positives: [() => uuid(), () => uuid(2)],
    misses: [() => hex(32), () => base64url(36)],
    around: (value) => `curl -H "Authorization: Splunk ${value}" https://splunk:8088/services/collector\n`,
  },
  {
    id: 'fullstory_key',
    positives: [() => `na1.${base64(75)}`, () => `eu1.${base64(90)}==`],
    misses: [() => `na1.${base64(40)}`, () => `as1.${base64(75)}`],
  },
  {
    id: 'thingsboard_device_token',
    positives: [() => `api/v1/${base62(20)}/telemetry`, () => `api/v1/${base62(20, 2)}/attributes`],
    misses: [() => `api/v1/${base62(20)}/devices`, () => `api/v1/${base62(19)}/telemetry`],
    around: (token) => `curl https://thingsboard.acme.test/${token}\n`,
  },
  {
    id: 'checkly_key',
    positives: [() => `cu_${hex(32)}`, () => `sv_${hex(32)}`],
    misses: [() => `cu_${hex(31)}`, () => `cv_${hex(32)}`],
  },
  {
    id: 'axiom_token',
    positives: [() => `xaat-${uuid()}`, () => `xapt-${uuid(2)}`],
    misses: [() => `xaat-${hex(32)}`, () => `xabt-${uuid()}`],
  },
  {
    id: 'sumologic_source',
    positives: [
      () => `sumologic.com/receiver/v1/http/${base62(86)}==`,
      () => `sumologic.com/receiver/v1/http/${base62(86, 2)}==`,
    ],
    misses: [
      () => `sumologic.com/receiver/v1/http/${base62(20)}`,
      () => `sumologic.com/receiver/v2/http/${base62(86)}==`,
    ],
    around: (value) => `https://endpoint1.collection.us2.${value}`,
  },
];
