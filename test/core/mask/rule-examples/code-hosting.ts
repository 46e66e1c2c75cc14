import { base62, base64url, hex, lowerAlnum, type RuleExamples, upperAlnum } from './examples.ts';
import { githubToken, gitlabToken } from './signatures.ts';

const JWT_PART = (count: number, seed = 1): string => `eyJ${base64url(count, seed)}`;

/** Of `rules/code-hosting.ts`. */
export const CODE_HOSTING_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'github_pat',
    positives: [() => githubToken('ghp', base62(30)), () => githubToken('ghp', base62(30, 2))],
    misses: [() => `ghp_${base62(35)}`, () => `ghx_${base62(36)}`],
    forged: () => `ghp_${base62(36)}`,
  },
  {
    id: 'github_fine_grained_pat',
    positives: [
      () => `github_pat_${base62(22)}_${base62(59)}`,
      () => `github_pat_${base62(22, 2)}_${base62(59, 2)}`,
    ],
    misses: [() => `github_pat_${base62(22)}_${base62(58)}`, () => `github_pat_${base62(81)}`],
  },
  {
    id: 'github_oauth',
    positives: [() => githubToken('gho', base62(30)), () => githubToken('gho', base62(30, 2))],
    misses: [() => `gho_${base62(30)}`, () => `ghq_${base62(36)}`],
    forged: () => `gho_${base62(36)}`,
  },
  {
    id: 'github_app_token',
    positives: [
      () => githubToken('ghs', base62(30)),
      () => githubToken('ghu', base62(30)),
      () => `ghs_${base62(10)}_${JWT_PART(40)}.${JWT_PART(200)}.${base64url(342)}`,
    ],
    misses: [() => `ghs_${base62(20)}`, () => `ghv_${base62(36)}`],
    forged: () => `ghs_${base62(36)}`,
  },
  {
    id: 'github_refresh_token',
    positives: [() => githubToken('ghr', base62(30)), () => `ghr_${base62(76)}`],
    misses: [() => `ghr_${base62(30)}`, () => `ght_${base62(76)}`],
    forged: () => `ghr_${base62(36)}`,
  },
  {
    id: 'gitlab_pat',
    positives: [() => `glpat-${base64url(20)}`, () => `glpat-${base64url(20, 2)}`],
    misses: [() => `glpat-${base64url(19)}`, () => `glpat_${base64url(20)}`],
  },
  {
    id: 'gitlab_routable_token',
    positives: [
      () => gitlabToken(`glpat-${base64url(40)}.01.14`),
      () => gitlabToken(`glrt-${base64url(27)}.0r`),
      () => gitlabToken(`glcbt-${base64url(48)}.01.1c`),
    ],
    misses: [
      () => `glpat-${base64url(40)}.01.14${lowerAlnum(5)}`,
      () => `glpat-${base64url(20)}.0k${lowerAlnum(7)}`,
    ],
    forged: () => `glpat-${base64url(40)}.01.14${lowerAlnum(7)}`,
  },
  {
    id: 'gitlab_token',
    positives: [
      () => `gldt-${base64url(20)}`,
      () => `glrt-${base64url(20)}`,
      () => `glptt-${hex(40)}`,
      () => `glagent-${base64url(50)}`,
      () => `glwt-${base64url(20)}`,
      () => `_gitlab_session=${hex(32)}`,
    ],
    misses: [
      () => `gldt-${base64url(19)}`,
      () => `glxx-${base64url(20)}`,
      () => `_gitlab_session=${hex(31)}`,
    ],
  },
  {
    id: 'bitbucket_token',
    positives: [() => `ATBB${base62(32)}`, () => `ATCTT3xFfG${base64url(170)}=${upperAlnum(8)}`],
    misses: [() => `ATBB${base62(31)}`, () => `ATCTT3xFfG${base64url(20)}`],
  },
  {
    id: 'sourcegraph_token',
    positives: [() => `sgp_${hex(40)}`, () => `sgp_${hex(16)}_${hex(40)}`, () => `slk_${hex(64)}`],
    misses: [() => `sgp_${hex(39)}`, () => `sgx_${hex(40)}`],
  },
  {
    id: 'atlassian_token',
    positives: [
      () => `ATATT3xFfGF0${base64url(170)}=${upperAlnum(8)}`,
      () => `ATATT3xFfGF0${base64url(160, 2)}`,
    ],
    misses: [() => `ATATT3xFfGF0${base64url(20)}`, () => `ATATT4xFfGF0${base64url(170)}`],
  },
  {
    id: 'readme_key',
    positives: [() => `rdme_${lowerAlnum(70)}`, () => `rdme_${lowerAlnum(70, 2)}`],
    misses: [() => `rdme_${lowerAlnum(60)}`, () => `rdmx_${lowerAlnum(70)}`],
  },
  {
    id: 'postman_key',
    positives: [() => `PMAK-${hex(24)}-${hex(34)}`, () => `PMAT-${base62(26)}`],
    misses: [() => `PMAK-${hex(24)}-${hex(30)}`, () => `PMAX-${base62(26)}`],
  },
  {
    id: 'gitea_token',
    positives: [() => hex(40), () => hex(40, 2)],
    misses: [() => hex(39), () => hex(41), () => hex(40).toUpperCase()],
    around: (value) => `GITEA_TOKEN: ${value}\n`,
  },
];
