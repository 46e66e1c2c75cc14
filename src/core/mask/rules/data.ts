import { isConfluentChecksum } from './checksums.ts';
import type { Rule } from './rule.ts';

/** Databases and streams. */
export const DATA_RULES: readonly Rule[] = [
  {
    id: 'planetscale_token',
    name: 'a PlanetScale token or password',
    shapes: ['pscale_tkn_<dotted:32-64>', 'pscale_pw_<dotted:32-64>', 'pscale_oauth_<dotted:32-64>'],
    source: 'https://planetscale.com/docs/concepts/planetscale-api-oauth-applications',
  },
  {
    id: 'databricks_token',
    name: 'a Databricks token',
    shapes: ['dapi<hex:32>', 'dapi<hex:32>-<digit:1>', 'dose<hex:32>', 'dkea<hex:32>'],
    source: 'https://docs.databricks.com/aws/en/dev-tools/auth/pat',
  },
  {
    id: 'supabase_token',
    name: 'a Supabase key',
    shapes: ['sbp_<hex:40>', 'sbp_v0_<hex:40>', 'sbp_oauth_<hex:40>', 'sb_secret_<b64url:30-50>'],
    // Of the first three, its command line says so: https://github.com/supabase/cli/blob/develop/internal/utils/access_token.go
    source: 'https://supabase.com/docs/guides/api/api-keys',
  },
  {
    id: 'aiven_token',
    name: 'an Aiven service password',
    shapes: ['AVNS_<b64url:19>'],
    source: 'https://aiven.io/docs/platform/howto/reset-service-password',
  },
  {
    id: 'cockroachdb_key',
    name: 'a CockroachDB Cloud key',
    shapes: ['CCDB1_<alnum:22>_<alnum:40>'],
    source: 'https://www.cockroachlabs.com/docs/cockroachcloud/managing-access#api-access',
  },
  {
    id: 'confluent_secret',
    name: 'a Confluent Cloud API secret',
    shapes: ['cflt<b64:60>'],
    checksum: { verify: isConfluentChecksum },
    source: 'https://docs.confluent.io/cloud/current/client-apps/api-keys.html',
  },
  {
    id: 'mongodb_atlas_secret',
    name: 'the secret of a MongoDB Atlas service account',
    shapes: ['mdb_sa_sk_<b64url:24-64>'],
    source: 'https://www.mongodb.com/docs/atlas/api/service-accounts-overview/',
  },
  {
    id: 'elastic_service_token',
    name: 'an Elasticsearch service account token',
    shapes: ['AAEAAWVsYXN0aWM<b64padded:30-300>'],
    source:
      'https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-create-service-token',
  },
  {
    id: 'elastic_cloud_key',
    name: 'an Elastic Cloud API key',
    shapes: ['essu_<b64padded:40-300>'],
    source: 'https://www.elastic.co/docs/api/doc/elastic-cloud-serverless/authentication',
  },
  {
    id: 'astra_token',
    name: 'an application token of DataStax Astra',
    // The id of a client in 24 characters and a secret: 97 in all. That the secret is hex is seen in the example of
    // https://docs.datastax.com/en/astra/docs/db-devops-tokens.html
    shapes: ['AstraCS:<alnum:24>:<lhex:64>'],
    source:
      'https://github.com/datastax/astra-cli/blob/main/src/main/java/com/dtsx/astra/cli/core/models/AstraToken.java',
  },
];
