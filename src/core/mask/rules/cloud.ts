import type { Rule } from './rule.ts';

const AWS_IDS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids';
const AZURE_KEYS = 'https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key';

/** Clouds, hosting, infrastructure and its state. */
export const CLOUD_RULES: readonly Rule[] = [
  {
    id: 'aws_access_key_id',
    name: 'an AWS access key id',
    shapes: ['AKIA<base32:16>', 'ASIA<base32:16>', 'ABIA<base32:16>', 'ACCA<base32:16>'],
    source: AWS_IDS,
  },
  {
    id: 'aws_bedrock_key',
    name: 'an Amazon Bedrock API key',
    shapes: ['ABSK<b64padded:100-280>', 'bedrock-api-key-<b64padded:100+>'],
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html',
  },
  {
    id: 'aws_appsync_key',
    name: 'an AWS AppSync API key',
    shapes: ['da2-<loweralnum:26>'],
    source: 'https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html',
  },
  {
    id: 'google_api_key',
    name: 'a Google API key',
    shapes: ['AIza<b64url:35>'],
    source: 'https://cloud.google.com/docs/authentication/api-keys',
  },
  {
    id: 'google_oauth_secret',
    name: 'a Google OAuth client secret',
    shapes: ['GOCSPX-<b64url:28>'],
    source: 'https://developers.google.com/identity/protocols/oauth2',
  },
  {
    id: 'google_oauth_token',
    name: 'a Google OAuth token',
    shapes: ['ya29.<b64url:20+>', '1//0<b64url:40-120>'],
    source: 'https://developers.google.com/identity/protocols/oauth2',
  },
  {
    id: 'google_bound_key',
    name: 'a Google API key bound to a service account',
    shapes: ['AQ.Ab8RN6<b64url:44-60>'],
    source: 'https://cloud.google.com/docs/authentication/api-keys',
  },
  {
    id: 'azure_client_secret',
    name: 'a Microsoft Entra client secret',
    shapes: ['<tilde:3><digit:1>Q~<tilde:31-34>'],
    source: 'https://learn.microsoft.com/en-us/purview/sit-defn-client-secret-api-key',
  },
  {
    id: 'azure_storage_key',
    name: 'an Azure storage account key',
    shapes: ['<b64:76>+ASt<b64:6>=='],
    source: AZURE_KEYS,
  },
  {
    id: 'azure_service_key',
    name: 'an Azure service key',
    shapes: [
      '<b64:33>AIoT<b64:6>=',
      '<b64:33>+ASb<b64:6>=',
      '<b64:33>+AEh<b64:6>=',
      '<b64:33>+ARm<b64:6>=',
      '<alnum:42>AzSe<alnum:6>',
      '<alnum:44>AzFu<b64url:8>==',
      '<alnum:42>+ACR<b64:6>',
      '<b64:76>AzCa<b64:5>=',
      '<b64:33>AzCa<b64:5>=',
    ],
    source: 'https://learn.microsoft.com/en-us/purview/sit-defn-azure-service-bus-shared-access-signature',
  },
  {
    id: 'azure_openai_key',
    name: 'an Azure AI services key',
    shapes: ['<alnum:52>JQQJ99<alnum:8>AC<alnum:10>AAA<alnum:11>', '<alnum:52>JQQJ99<alnum:26>'],
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/authentication',
  },
  {
    id: 'azure_devops_pat',
    name: 'an Azure DevOps personal access token',
    shapes: ['<alnum:76>AZDO<alnum:4>'],
    source:
      'https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
  },
  {
    id: 'azure_sas',
    name: 'the signature of an Azure shared access signature',
    shapes: ['sig=<alnum:20-60>%<dotted:2-40>%3D', 'SharedAccessSignature=sv=<b64url:10>&<dotted:3+>'],
    near: ['sv=', 'se=', 'sp='],
    source: 'https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview',
  },
  {
    id: 'alibaba_access_key',
    name: 'an Alibaba Cloud access key id',
    shapes: ['LTAI<alnum:16-26>', 'STS.<alnum:25-30>'],
    source: 'https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair',
  },
  {
    id: 'digitalocean_token',
    name: 'a DigitalOcean token',
    shapes: ['dop_v1_<hex:64>', 'doo_v1_<hex:64>', 'dor_v1_<hex:64>'],
    source: 'https://docs.digitalocean.com/reference/api/create-personal-access-token/',
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
    shapes: ['v1.0-<hex:24>-<hex:146>', 'cfk_<alnum:40>', 'cfut_<alnum:40>', 'cfat_<alnum:40>'],
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
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
    source: 'https://vercel.com/docs/rest-api#authentication',
  },
  {
    id: 'scalingo_token',
    name: 'a Scalingo token',
    shapes: ['tk-us-<b64url:48>'],
    source: 'https://developers.scalingo.com/index#authentication',
  },
  {
    id: 'vault_token',
    name: 'a HashiCorp Vault token',
    shapes: ['hvs.<b64url:24-200>', 'hvb.<b64url:80-400>', 'hvr.<b64url:24-200>'],
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
  },
  {
    id: 'terraform_token',
    name: 'an HCP Terraform token',
    shapes: ['<alnum:14>.atlasv1.<padded:60-70>'],
    source: 'https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
  },
  {
    id: 'pulumi_token',
    name: 'a Pulumi access token',
    shapes: ['pul-<hex:40>'],
    source: 'https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/',
  },
  {
    id: 'doppler_token',
    name: 'a Doppler token',
    shapes: [
      'dp.pt.<alnum:40-44>',
      'dp.ct.<alnum:40-44>',
      'dp.sa.<alnum:40-44>',
      'dp.scim.<alnum:40-44>',
      'dp.audit.<alnum:40-44>',
      'dp.st.<b64url:2-35>.<alnum:40-44>',
      'dp.st.<alnum:40-44>',
    ],
    source: 'https://docs.doppler.com/reference/auth-token-formats',
  },
  {
    id: 'onepassword_token',
    name: 'a 1Password service account token or secret key',
    shapes: [
      'ops_eyJ<padded:250+>',
      'A3-<upperalnum:6>-<upperalnum:11>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>',
      'A3-<upperalnum:6>-<upperalnum:6>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>',
    ],
    source: 'https://developer.1password.com/docs/service-accounts/security/',
  },
  {
    id: 'age_key',
    name: 'an age secret key',
    shapes: ['AGE-SECRET-KEY-1<bech32:58>'],
    source: 'https://github.com/C2SP/C2SP/blob/main/age.md',
  },
  {
    id: 'tailscale_key',
    name: 'a Tailscale key',
    shapes: ['tskey-<alnum:2-10>-<b64url:12-64>'],
    source: 'https://tailscale.com/kb/1277/key-prefixes',
  },
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
    shapes: ['sbp_<hex:40>', 'sbp_v0_<hex:40>', 'sb_secret_<b64url:30-50>'],
    source: 'https://supabase.com/docs/guides/api/api-keys',
  },
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
    id: 'openshift_token',
    name: 'an OpenShift token',
    shapes: ['sha256~<b64url:43>'],
    source:
      'https://docs.redhat.com/en/documentation/openshift_container_platform/4.8/html/authentication_and_authorization/managing-oauth-access-tokens',
  },
  {
    id: 'aiven_token',
    name: 'an Aiven service password',
    shapes: ['AVNS_<b64url:19>'],
    source: 'https://aiven.io/docs/platform/howto/reset-service-password',
  },
  {
    id: 'prefect_token',
    name: 'a Prefect API key',
    shapes: ['pnu_<alnum:36>', 'pnb_<alnum:36>'],
    source: 'https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys',
  },
  {
    id: 'infracost_key',
    name: 'an Infracost API key',
    shapes: ['ico-<alnum:32>'],
    source: 'https://www.infracost.io/docs/features/environment_variables/',
  },
  {
    id: 'couchbase_key',
    name: 'a CockroachDB Cloud key',
    shapes: ['CCDB1_<alnum:22>_<alnum:40>'],
    source: 'https://www.cockroachlabs.com/docs/cockroachcloud/managing-access#api-access',
  },
];
