import { isGithubChecksum, isGitlabChecksum } from './checksums.ts';
import type { Rule } from './rule.ts';

const GITHUB_FORMATS =
  'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/';
const GITHUB_TOKENS =
  'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github';
const GITHUB_STATELESS =
  'https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/';
const GITLAB_TOKENS = 'https://docs.gitlab.com/security/tokens/#token-prefixes';
const GITLAB_ROUTABLE =
  'https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/';

/** Where code is kept and worked on. */
export const CODE_HOSTING_RULES: readonly Rule[] = [
  {
    id: 'github_pat',
    name: 'a GitHub personal access token',
    shapes: ['ghp_<alnum:36-251>'],
    checksum: { verify: isGithubChecksum },
    source: GITHUB_FORMATS,
  },
  {
    id: 'github_fine_grained_pat',
    name: 'a fine-grained GitHub personal access token',
    shapes: ['github_pat_<alnum:22>_<alnum:59>'],
    source: GITHUB_TOKENS,
  },
  {
    id: 'github_oauth',
    name: 'a GitHub OAuth access token',
    shapes: ['gho_<alnum:36-251>'],
    checksum: { verify: isGithubChecksum },
    source: GITHUB_FORMATS,
  },
  {
    id: 'github_app_token',
    name: 'a GitHub App token',
    shapes: [
      'ghu_<alnum:36-251>',
      'ghs_<alnum:36-251>',
      'ghs_<alnum:1-20>_eyJ<dotted:60+>',
      'ghs_eyJ<dotted:60+>',
    ],
    checksum: { verify: isGithubChecksum },
    source: GITHUB_STATELESS,
  },
  {
    id: 'github_refresh_token',
    name: 'a GitHub refresh token',
    shapes: ['ghr_<alnum:36-251>'],
    checksum: { verify: isGithubChecksum },
    source: GITHUB_FORMATS,
  },
  {
    id: 'gitlab_pat',
    name: 'a GitLab access token',
    shapes: ['glpat-<b64url:20>'],
    source: GITLAB_TOKENS,
  },
  {
    id: 'gitlab_routable_token',
    name: 'a routable GitLab token',
    shapes: [
      'glpat-<b64url:27-300>.<loweralnum:2>.<loweralnum:9>',
      'glpat-<b64url:27-300>.<loweralnum:9>',
      'glrt-<b64url:27-300>.<loweralnum:2>.<loweralnum:9>',
      'glrt-<b64url:27-300>.<loweralnum:9>',
      'glrtr-<b64url:27-300>.<loweralnum:2>.<loweralnum:9>',
      'glcbt-<b64url:27-300>.<loweralnum:2>.<loweralnum:9>',
      'glcbt-<b64url:27-300>.<loweralnum:9>',
    ],
    checksum: { verify: isGitlabChecksum },
    source: GITLAB_ROUTABLE,
  },
  {
    id: 'gitlab_token',
    name: 'a GitLab token',
    shapes: [
      'gldt-<b64url:20+>',
      'glrt-<b64url:20+>',
      'glrtr-<b64url:20+>',
      'glcbt-<b64url:20+>',
      'glptt-<b64url:40>',
      'glft-<b64url:20+>',
      'glimt-<b64url:20+>',
      'glagent-<b64url:50+>',
      'gloas-<b64url:64>',
      'glsoat-<b64url:20+>',
      'glffct-<b64url:20+>',
      'glwt-<b64url:20+>',
      '_gitlab_session=<hex:32>',
    ],
    source: GITLAB_TOKENS,
  },
  {
    id: 'bitbucket_token',
    name: 'a Bitbucket app password or access token',
    shapes: ['ATBB<alnum:32>', 'ATCTT3xFfG<padded:60+>'],
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/',
  },
  {
    id: 'sourcegraph_token',
    name: 'a Sourcegraph access token',
    shapes: [
      'sgp_<hex:40>',
      'sgp_<hex:16>_<hex:40>',
      'sgp_local_<hex:40>',
      'sgd_<hex:64>',
      'slk_<hex:64>',
      'sgs_<hex:64>',
    ],
    source: 'https://docs.sourcegraph.com/dev/security/secret_formats',
  },
  {
    id: 'atlassian_token',
    name: 'an Atlassian API token',
    shapes: ['ATATT3xFfGF0<padded:60+>', 'ATATT3<padded:160+>'],
    source:
      'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
  },
  {
    id: 'readme_key',
    name: 'a ReadMe API key',
    shapes: ['rdme_<loweralnum:70>'],
    source: 'https://docs.readme.com/main/reference/intro/authentication',
  },
  {
    id: 'postman_key',
    name: 'a Postman API key',
    shapes: ['PMAK-<hex:24>-<hex:34>', 'PMAT-<alnum:26>'],
    source: 'https://learning.postman.com/docs/developer/postman-api/authentication/',
  },
  {
    id: 'gitea_token',
    name: 'a Gitea or Forgejo access token',
    shapes: ['<lhex:40>'],
    near: ['gitea', 'forgejo', 'codeberg'],
    source: 'https://docs.gitea.com/development/api-usage',
  },
];
