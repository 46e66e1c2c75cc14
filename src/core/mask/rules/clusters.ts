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
  {
    id: 'k8s_bootstrap_token',
    name: 'a Kubernetes bootstrap token',
    shapes: ['<loweralnum:6>.<loweralnum:16>'],
    near: [
      'bootstraptoken',
      'bootstrap_token',
      'bootstrap-token',
      'tlsbootstraptoken',
      'kubeadm_token',
      '--token',
    ],
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
  },
  {
    id: 'k3s_token',
    name: 'a k3s token',
    shapes: ['K10<lhex:64>::<word:2-64>:<dotted:8-128>', 'K10<lhex:64>::<loweralnum:6>.<loweralnum:16>'],
    source: 'https://docs.k3s.io/cli/token',
  },
  {
    id: 'docker_swarm_token',
    name: 'a Docker swarm join token',
    shapes: ['SWMTKN-1-<loweralnum:50>-<loweralnum:25>'],
    source: 'https://docs.docker.com/reference/cli/docker/swarm/join-token/',
  },
  {
    id: 'wireguard_key',
    name: 'a WireGuard private or preshared key',
    shapes: ['<b64padded:44>'],
    near: ['privatekey', 'presharedkey', 'private-key', 'preshared-key', 'private_key', 'preshared_key'],
    source: 'https://man7.org/linux/man-pages/man8/wg.8.html',
  },
];
