import type { Rule } from './rule.ts';

const AWS_IDS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids';
const AZURE_KEYS = 'https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key';

/** The three large clouds, and those built like them. */
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
];
