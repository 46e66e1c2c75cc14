import { isNotWord } from './plausible.ts';
import type { Rule } from './rule.ts';

const AWS_IDS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids';
const AZURE_KEYS = 'https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key';

const YANDEX = 'https://yandex.cloud/en/docs/security/operations/search-secrets';

/** The three large clouds, and those built like them. */
export const CLOUD_RULES: readonly Rule[] = [
  {
    id: 'aws_access_key_id',
    name: 'an AWS access key id',
    shapes: ['AKIA<base32:16>', 'ASIA<base32:16>', 'ABIA<base32:16>', 'ACCA<base32:16>'],
    source: AWS_IDS,
  },
  {
    id: 'aws_secret_access_key',
    name: 'an AWS secret access key',
    shapes: ['<b64:40>'],
    near: [
      'aws_secret_access_key',
      'aws_secret_key',
      'aws_secret',
      'secretaccesskey',
      'secret_access_key',
      'awssecretkey',
      'aws-secret-access-key',
    ],
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
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
    id: 'azure_account_key',
    name: 'the key of an Azure storage or Cosmos DB account',
    shapes: ['<b64padded:88>'],
    near: [
      'accountkey',
      'account_key',
      'azure_storage_key',
      'azure_cosmos_key',
      'cosmos_key',
      'cosmosdb_key',
    ],
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
    id: 'azure_devops_legacy_pat',
    name: 'an Azure DevOps personal access token of before 2024',
    shapes: ['<loweralnum:52>'],
    near: ['azure_devops', 'azuredevops', 'devops', 'vsts', 'ado', 'ado_pat', 'system_accesstoken'],
    // 52 characters, of which 84 make the newer ones.
    source:
      'https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate',
  },
  {
    id: 'azure_app_configuration_secret',
    name: 'the secret of an Azure App Configuration store',
    shapes: ['Secret=<b64padded:40-100>'],
    near: ['azconfig'],
    source: 'https://learn.microsoft.com/en-us/azure/service-connector/how-to-integrate-app-configuration',
  },
  {
    id: 'akamai_token',
    name: 'an Akamai EdgeGrid token',
    // With a dot behind it, it is the name of a host.
    shapes: ['akab-<loweralnum:16-32>-<dotted:5-16>'],
    source: 'https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials',
  },
  {
    id: 'azure_sas',
    name: 'the signature of an Azure shared access signature',
    shapes: [
      'sig=<alnum:20-60>%<dotted:2-40>%3D',
      'sig=<percent:43-72>',
      // Of Logic Apps and Power Automate.
      'sig=<b64url:43>',
      'SharedAccessSignature=sv=<b64url:10>&<dotted:3+>',
    ],
    near: ['sv=', 'se=', 'sp=', 'sr=', 'skn='],
    source: 'https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview',
  },
  {
    id: 'alibaba_access_key',
    name: 'an Alibaba Cloud access key id',
    shapes: ['LTAI<alnum:16-26>', 'STS.<alnum:20-30>'],
    checksum: { verify: isNotWord, required: true },
    source: 'https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair',
  },
  {
    id: 'gcs_hmac_key',
    name: 'the access id of a Cloud Storage HMAC key',
    shapes: ['GOOG<upperalnum:57>', 'GOOG<upperalnum:20>'],
    source: 'https://cloud.google.com/storage/docs/authentication/hmackeys',
  },
  {
    id: 'yandex_cloud_token',
    name: 'a Yandex Cloud token or key',
    shapes: [
      't1.<padded:8-2000>.<padded:86-88>',
      'c1.<padded:8-2000>.<padded:86-88>',
      'AQVN<b64url:35-38>',
      'ysc2_<alnum:40><lhex:8>',
    ],
    source: YANDEX,
  },
  {
    id: 'yandex_oauth_token',
    name: 'a Yandex OAuth token',
    shapes: ['y0_<b64url:55>', 'y1_<b64url:55>', 'y2_<b64url:55>', 'y3_<b64url:55>'],
    source: YANDEX,
  },
  {
    id: 'yandex_static_key',
    name: 'a static access key of Yandex Cloud',
    shapes: ['YC<b64url:38>'],
    near: ['yandex', 'yandexcloud', 'yc_storage', 'yc_secret', 'yc_static'],
    source: YANDEX,
  },
  {
    id: 'ibm_cloud_key',
    name: 'an IBM Cloud API key',
    shapes: ['<b64url:44>'],
    near: ['ibmcloud', 'ibm_cloud', 'ibm_api_key', 'ic_api_key'],
    source: 'https://www.ibm.com/docs/SSBS6K_3.1.0/apis/cfc_api_files/api_keys.html',
  },
];
