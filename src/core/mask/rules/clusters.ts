import type { Rule } from './rule.ts';

/** Clusters and the networks between machines. */
export const CLUSTER_RULES: readonly Rule[] = [
  {
    id: 'tailscale_key',
    name: 'a Tailscale key',
    shapes: ['tskey-<alnum:2-10>-<b64url:12-64>'],
    source: 'https://tailscale.com/kb/1277/key-prefixes',
  },
  {
    id: 'openshift_token',
    name: 'an OpenShift token',
    shapes: ['sha256~<b64url:43>'],
    source:
      'https://docs.redhat.com/en/documentation/openshift_container_platform/4.8/html/authentication_and_authorization/managing-oauth-access-tokens',
  },
];
