import type { Rule } from './rule.ts';

export const VENDOR_RULES: readonly Rule[] = [
  {
    id: 'github_pat',
    name: 'a GitHub personal access token',
    shapes: ['ghp_<alnum:36-255>'],
    source:
      'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/',
  },
];
