import { base62, base64, base64url, hex, letters, type RuleExamples } from './examples.ts';
import { crcLowestFirst } from './signatures.ts';

const CONFLUENT = (random: string): string =>
  `cflt${random}${crcLowestFirst(random).toString('base64').slice(0, 6)}`;

/** Of `rules/data.ts`. */
export const DATA_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'planetscale_token',
    positives: [() => `pscale_tkn_${base64url(43)}`, () => `pscale_pw_${base64url(43)}`],
    misses: [() => `pscale_tkn_${base64url(20)}`, () => `pscale_xx_${base64url(43)}`],
  },
  {
    id: 'databricks_token',
    positives: [() => `dapi${hex(32)}`, () => `dapi${hex(32)}-2`],
    misses: [() => `dapi${hex(31)}`, () => `dapx${hex(32)}`],
  },
  {
    id: 'supabase_token',
    positives: [() => `sbp_${hex(40)}`, () => `sb_secret_${base64url(31)}`],
    misses: [() => `sbp_${hex(39)}`, () => `sb_publishable_${base64url(31)}`],
  },
  {
    id: 'aiven_token',
    positives: [() => `AVNS_${base64url(19)}`, () => `AVNS_${base64url(19, 2)}`],
    misses: [() => `AVNS_${base64url(18)}`, () => `AVNX_${base64url(19)}`],
  },
  {
    id: 'cockroachdb_key',
    positives: [() => `CCDB1_${base62(22)}_${base62(40)}`, () => `CCDB1_${base62(22, 2)}_${base62(40, 2)}`],
    misses: [() => `CCDB1_${base62(22)}_${base62(39)}`, () => `CCDB2_${base62(22)}_${base62(40)}`],
  },
  {
    id: 'confluent_secret',
    positives: [() => CONFLUENT(base64(54)), () => CONFLUENT(base64(54, 2))],
    misses: [() => `cflt${base64(59)}`, () => `cflt${base64(61)}`],
    forged: () => `cflt${base64(60)}`,
  },
  {
    id: 'mongodb_atlas_secret',
    positives: [() => `mdb_sa_sk_${base64url(40)}`, () => `mdb_sa_sk_${base64url(40, 2)}`],
    misses: [() => `mdb_sa_id_${hex(24)}`, () => `mdb_sa_sk_${base64url(10)}`],
  },
  {
    id: 'elastic_service_token',
    // What the API makes: two bytes of version, one of length, then `elastic/fleet-server/token1:` and the secret.
    positives: [
      () => elasticToken(`elastic/fleet-server/token1:${base62(22)}`),
      () => elasticToken(`elastic/kibana/prod:${base62(22)}`),
    ],
    misses: [() => `AAEAAWVsYXN0aWM${base62(8)}`, () => elasticToken(`plastic/kibana/prod:${base62(22)}`)],
  },
  {
    id: 'elastic_cloud_key',
    positives: [() => `essu_${base64(90)}==`, () => `essu_${base64(88, 2)}`],
    misses: [() => `essu_${base64(20)}`, () => `esru_${base64(90)}==`],
  },
  {
    id: 'astra_token',
    positives: [() => `AstraCS:${letters(24)}:${hex(64)}`, () => `AstraCS:${letters(24, 2)}:${hex(64, 2)}`],
    misses: [() => `AstraCS:${letters(24)}:${hex(63)}`, () => `Astra:${letters(24)}:${hex(64)}`],
  },
];

function elasticToken(text: string): string {
  return Buffer.from(`\u0000\u0001\u0000\u0001${text}`, 'latin1').toString('base64');
}
