import { base62, base64, base64url, hex, lowerAlnum, type RuleExamples } from './examples.ts';

/** Of `rules/clusters.ts`. */
export const CLUSTER_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'tailscale_key',
    positives: [
      () => `tskey-auth-${base62(12)}CNTRL-${base62(32)}`,
      () => `tskey-api-${base62(12)}CNTRL-${base62(32)}`,
    ],
    misses: [() => `tskey-auth-${base62(6)}`, () => `tskay-api-${base62(12)}CNTRL-${base62(18)}`],
  },
  {
    id: 'openshift_token',
    positives: [() => `sha256~${base64url(43)}`, () => `sha256~${base64url(43, 2)}`],
    misses: [() => `sha256~${base64url(42)}`, () => `sha256:${hex(64)}`],
  },
  {
    id: 'k8s_bootstrap_token',
    positives: [() => `${hex(6)}.${hex(16)}`, () => `${lowerAlnum(6)}.${lowerAlnum(16)}`],
    misses: [() => `${hex(6)}.${hex(15)}`, () => 'config.validationstring'],
    around: (value) => `kubeadm join 10.0.0.1:6443 --token ${value} --discovery-token-ca-cert-hash x\n`,
  },
  {
    id: 'k3s_token',
    positives: [
      () => `K10${hex(64)}::server:${hex(32)}`,
      () => `K10${hex(64)}::${lowerAlnum(6)}.${lowerAlnum(16)}`,
    ],
    misses: [() => `K10${hex(63)}::server:${hex(32)}`, () => `K11${hex(64)}::server:${hex(32)}`],
  },
  {
    id: 'docker_swarm_token',
    positives: [
      () => `SWMTKN-1-${lowerAlnum(50)}-${lowerAlnum(25)}`,
      () => `SWMTKN-1-${lowerAlnum(50, 2)}-${lowerAlnum(25, 2)}`,
    ],
    misses: [() => `SWMTKN-1-${lowerAlnum(50)}`, () => `SWMTKN-2-${lowerAlnum(50)}-${lowerAlnum(25)}`],
  },
  {
    id: 'wireguard_key',
    positives: [() => `${base64(43)}=`, () => `${base64(43, 2)}=`],
    misses: [() => `${base64(42)}=`, () => base64(60)],
    around: (value) => `[Interface]\nPrivateKey = ${value}\nListenPort = 51820\n`,
  },
];
