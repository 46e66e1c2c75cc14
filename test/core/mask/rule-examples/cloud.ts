import {
  base32,
  base62,
  base64,
  base64url,
  digits,
  hex,
  letters,
  lowerAlnum,
  type RuleExamples,
  upperAlnum,
} from './examples.ts';

const SIGNED_URL = (signature: string): string =>
  `https://a.blob.core.windows.net/c/f?sv=2024-11-04&se=2030-01-01&${signature}\n`;

/** Of `rules/cloud.ts`. */
export const CLOUD_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'aws_access_key_id',
    positives: [() => `AKIA${base32(16)}`, () => `ASIA${base32(16, 2)}`],
    misses: [() => `AKIA${base32(15)}`, () => `AKIA${base32(17)}`, () => `AKIB${base32(16)}`],
  },
  {
    id: 'aws_secret_access_key',
    positives: [() => base64(40), () => base64(40, 2)],
    misses: [() => base64(39), () => base64(41), () => `${base62(20)}.${base62(19)}`],
    around: (value) => `[default]\naws_secret_access_key = ${value}\nregion = eu-west-1\n`,
  },
  {
    id: 'aws_bedrock_key',
    positives: [() => `ABSK${base64(128)}==`, () => `bedrock-api-key-${base64(140)}`],
    misses: [() => `ABSK${base64(60)}`, () => `bedrock-api-key-${base64(20)}`],
  },
  {
    id: 'aws_appsync_key',
    positives: [() => `da2-${lowerAlnum(26)}`, () => `da2-${lowerAlnum(26, 2)}`],
    misses: [() => `da2-${lowerAlnum(25)}`, () => `da3-${lowerAlnum(26)}`],
  },
  {
    id: 'google_api_key',
    positives: [() => `AIza${base64url(35)}`, () => `AIza${base64url(35, 2)}`],
    misses: [() => `AIza${base64url(34)}`, () => `AIzb${base64url(35)}`],
  },
  {
    id: 'google_oauth_secret',
    positives: [() => `GOCSPX-${base64url(28)}`, () => `GOCSPX-${base64url(28, 2)}`],
    misses: [() => `GOCSPX-${base64url(27)}`, () => `GOCSPY-${base64url(28)}`],
  },
  {
    id: 'google_oauth_token',
    positives: [() => `ya29.${base64url(150)}`, () => `1//0${base64url(60)}`],
    misses: [() => `ya29.${base64url(10)}`, () => `1/0${base64url(60)}`],
  },
  {
    id: 'google_bound_key',
    positives: [() => `AQ.Ab8RN6${base64url(44)}`, () => `AQ.Ab8RN6${base64url(50, 2)}`],
    misses: [() => `AQ.Ab8RN6${base64url(20)}`, () => `AQ.Ab8RN5${base64url(44)}`],
  },
  {
    id: 'azure_client_secret',
    positives: [() => `${base62(3)}8Q~${base64url(34)}`, () => `${base62(3, 2)}7Q~${base64url(31)}`],
    misses: [() => `${base62(3)}8Q~${base64url(20)}`, () => `${base62(3)}xQ~${base64url(34)}`],
  },
  {
    id: 'azure_storage_key',
    positives: [() => `${base64(76)}+ASt${base64(6)}==`, () => `${base64(76, 2)}+ASt${base64(6, 2)}==`],
    misses: [() => `${base64(70)}+ASt${base64(6)}==`, () => `${base64(76)}+ASt${base64(6)}`],
  },
  {
    id: 'azure_account_key',
    positives: [() => `${base64(86)}==`, () => `${base64(86, 2)}==`],
    misses: [() => `${base64(60)}==`, () => `${base64(90)}==`],
    around: (value) =>
      `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${value};EndpointSuffix=core.windows.net\n`,
  },
  {
    id: 'azure_service_key',
    positives: [
      () => `${base64(33)}AIoT${base64(6)}=`,
      () => `${base64(33)}+ASb${base64(6)}=`,
      () => `${base62(42)}AzSe${base62(6)}`,
      () => `${base62(44)}AzFu${base64url(8)}==`,
    ],
    misses: [() => `${base64(20)}AIoT${base64(6)}=`, () => `${base62(30)}AzSe${base62(6)}`],
  },
  {
    id: 'azure_openai_key',
    positives: [() => `${base62(52)}JQQJ99${base62(26)}`, () => `${base62(52, 2)}JQQJ99${base62(26, 2)}`],
    misses: [() => `${base62(40)}JQQJ99${base62(26)}`, () => `${base62(52)}JQQJ99${base62(20)}`],
  },
  {
    id: 'azure_devops_pat',
    positives: [() => `${base62(76)}AZDO${base62(4)}`, () => `${base62(76, 2)}AZDO${base62(4, 2)}`],
    misses: [() => `${base62(70)}AZDO${base62(4)}`, () => `${base62(76)}AZDO${base62(6)}`],
  },
  {
    id: 'azure_devops_legacy_pat',
    positives: [() => lowerAlnum(52), () => lowerAlnum(52, 2)],
    misses: [() => lowerAlnum(51), () => base62(52)],
    around: (value) => `ADO_PAT="${value}"\n`,
  },
  {
    id: 'azure_app_configuration_secret',
    positives: [() => `Secret=${base64(43)}=`, () => `Secret=${base64(86)}==`],
    misses: [() => `Secret=${base64(20)}=`, () => `Secreta=${base64(43)}=`],
    around: (value) => `Endpoint=https://acme.azconfig.io;Id=Ab1-l0-s0:x9;${value}"\n`,
  },
  {
    id: 'akamai_token',
    positives: [
      () => `akab-${lowerAlnum(26)}-${lowerAlnum(6)}`,
      () => `akab-${lowerAlnum(16)}-${lowerAlnum(16)}`,
    ],
    misses: [
      () => `akab-${lowerAlnum(24)}-${lowerAlnum(8)}.luna.akamaiapis.net`,
      () => `akaa-${lowerAlnum(26)}-${lowerAlnum(6)}`,
    ],
  },
  {
    id: 'azure_sas',
    positives: [
      () => `sig=${base62(43)}%3D`,
      () => `sig=${base62(20)}%2B${base62(18)}%2F${base62(3)}%3D`,
      () => `sig=${base64url(43)}`,
    ],
    misses: [() => `sig=${base62(12)}`, () => `sig=${base62(20)}`],
    around: SIGNED_URL,
  },
  {
    id: 'alibaba_access_key',
    positives: [() => `LTAI${base62(20)}`, () => `STS.${base62(20)}`],
    misses: [() => `LTAI${base62(10)}`, () => `STS.${base62(16)}`, () => 'STS.AssumeRoleWithWebIdentity'],
    forged: () => `STS.${letters(25)}`,
  },
  {
    id: 'gcs_hmac_key',
    positives: [() => `GOOG${upperAlnum(57)}`, () => `GOOG${upperAlnum(20)}`],
    misses: [() => `GOOG${upperAlnum(30)}`, () => `GOOG${base62(40)}a${base62(16)}`],
  },
  {
    id: 'yandex_cloud_token',
    positives: [
      () => `t1.${base64url(120)}.${base64url(86)}`,
      () => `c1.${base64url(40)}==.${base64url(86)}`,
      () => `AQVN${base64url(35)}`,
      () => `ysc2_${base62(40)}${hex(8)}`,
    ],
    misses: [
      () => `t1.${base64url(120)}.${base64url(60)}`,
      () => `AQVN${base64url(20)}`,
      () => `ysc1_${base62(48)}`,
    ],
  },
  {
    id: 'yandex_oauth_token',
    positives: [() => `y0_${base64url(55)}`, () => `y3_${base64url(55, 2)}`],
    misses: [() => `y0_${base64url(50)}`, () => `y4_${base64url(55)}`],
  },
  {
    id: 'yandex_static_key',
    positives: [() => `YC${base64url(38)}`, () => `YC${base64url(38, 2)}`],
    misses: [() => `YC${base64url(37)}`, () => `YD${base64url(38)}`],
    around: (value) => `yc_storage_secret: ${value}\n`,
  },
  {
    id: 'ibm_cloud_key',
    positives: [() => base64url(44), () => base64url(44, 2)],
    misses: [() => base64url(43), () => base64url(45), () => digits(44).replaceAll(/\d/g, '0')],
    around: (value) => `export IBMCLOUD_API_KEY=${value}\n`,
  },
];
