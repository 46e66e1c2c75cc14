import { base62, base64, base64url, hex, lowerAlnum, type RuleExamples, uuid } from './examples.ts';
import { crcInBase62, githubToken } from './signatures.ts';

const JSR = (prefix: string, random: string): string =>
  `${prefix}_${random}${crcInBase62(`${prefix}_${random}`)}`;

/** Of `rules/self-hosted.ts`. */
export const SELF_HOSTED_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'gitlab_runner_registration_token',
    positives: [() => `GR1348941${base64url(20)}`, () => `GR1348941${base64url(20, 2)}`],
    misses: [() => `GR1348941${base64url(12)}`, () => `GR1348942${base64url(20)}`],
  },
  {
    id: 'jsr_token',
    positives: [() => JSR('jsrw', base62(29)), () => JSR('jsrp', base62(29, 2))],
    misses: [() => `jsrw_${base62(30)}`, () => `jsr_${base62(35)}`],
    forged: () => `jsrp_${base62(35)}`,
  },
  {
    id: 'netbird_token',
    positives: [() => githubToken('nbp', base62(30)), () => githubToken('nbp', base62(30, 2))],
    misses: [() => `nbp_${base62(30)}`, () => `nbx_${base62(36)}`],
    forged: () => `nbp_${base62(36)}`,
  },
  {
    id: 'gitpod_token',
    positives: [
      () => `gitpod_pat_${base64url(43)}.${base62(40)}`,
      () => `gitpod_pat_${base64url(43, 2)}.${base62(40, 2)}`,
    ],
    misses: [() => `gitpod_pat_${base64url(43)}`, () => `gitpod_pot_${base64url(43)}.${base62(40)}`],
  },
  {
    id: 'coder_token',
    positives: [() => `${base62(10)}-${base62(22)}`, () => `${base62(10, 2)}-${base62(22, 2)}`],
    misses: [() => `${base62(10)}-${base62(20)}`, () => uuid()],
    around: (value) => `CODER_SESSION_TOKEN=${value}\n`,
  },
  {
    id: 'daytona_key',
    positives: [() => `dtn_${hex(64)}`, () => `dtn_${hex(64, 2)}`],
    misses: [() => `dtn_${hex(40)}`, () => `dtx_${hex(64)}`],
  },
  {
    id: 'portainer_key',
    positives: [() => `ptr_${base64(43)}=`, () => `ptr_${base64(43, 2)}=`],
    misses: [() => `ptr_${base64(43)}`, () => `str_${base64(43)}=`],
  },
  {
    id: 'outline_key',
    positives: [() => `ol_api_${base62(38)}`, () => `ol_api_${base62(38, 2)}`],
    misses: [() => `ol_api_${base62(20)}`, () => `ol_app_${base62(38)}`],
  },
  {
    id: 'plane_key',
    positives: [() => `plane_api_${hex(32)}`, () => `plane_api_${hex(32, 2)}`],
    misses: [() => `plane_api_${hex(31)}`, () => `plane_app_${hex(32)}`],
  },
  {
    id: 'n8n_key',
    positives: [() => `n8n_api_${hex(80)}`, () => `n8n_api_${hex(80, 2)}`],
    misses: [() => `n8n_api_${hex(40)}`, () => `n8n_app_${hex(80)}`],
  },
  {
    id: 'dify_key',
    positives: [() => `app-${base62(24)}`, () => `dataset-${base62(24)}`, () => `ds-${base62(24)}`],
    misses: [() => `app-${base62(20)}`, () => `apps-${base62(24)}`],
    around: (value) => `DIFY_API_KEY="${value}"`,
  },
  {
    id: 'flagsmith_key',
    positives: [() => `ser.${base62(22)}`, () => `ser.${base62(22, 2)}`],
    misses: [() => `ser.${base62(20)}`, () => `user.${base62(22)}`],
    around: (value) => `flagsmith = Flagsmith("${value}")`,
  },
  {
    id: 'phabricator_token',
    positives: [() => `api-${lowerAlnum(28)}`, () => `cli-${lowerAlnum(28)}`],
    misses: [() => `api-${lowerAlnum(20)}`, () => `tmp-${lowerAlnum(28)}`],
    around: (value) => `curl https://phabricator.test/api/user.whoami -d api.token=${value}`,
  },
  {
    id: 'uptime_kuma_key',
    positives: [() => `uk1_${base64url(40)}`, () => `uk12_${base64url(40, 2)}`],
    misses: [() => `uk1_${base64url(20)}`, () => `uk_${base64url(40)}`],
    around: (value) => `Uptime Kuma: ${value}`,
  },
];
