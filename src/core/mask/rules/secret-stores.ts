import type { Rule } from './rule.ts';

/** Keys to where other keys are kept. */
export const SECRET_STORE_RULES: readonly Rule[] = [
  {
    id: 'vault_token',
    name: 'a HashiCorp Vault token',
    shapes: ['hvs.<b64url:24-200>', 'hvb.<b64url:80-400>', 'hvr.<b64url:24-200>'],
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
  },
  {
    id: 'doppler_token',
    name: 'a Doppler token',
    shapes: [
      'dp.pt.<alnum:40-44>',
      'dp.ct.<alnum:40-44>',
      'dp.sa.<alnum:40-44>',
      'dp.scim.<alnum:40-44>',
      'dp.audit.<alnum:40-44>',
      'dp.st.<b64url:2-35>.<alnum:40-44>',
      'dp.st.<alnum:40-44>',
    ],
    source: 'https://docs.doppler.com/reference/auth-token-formats',
  },
  {
    id: 'onepassword_token',
    name: 'a 1Password service account token or secret key',
    shapes: [
      'ops_eyJ<padded:250+>',
      'A3-<upperalnum:6>-<upperalnum:11>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>',
      'A3-<upperalnum:6>-<upperalnum:6>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>-<upperalnum:5>',
    ],
    source: 'https://developer.1password.com/docs/service-accounts/security/',
  },
  {
    id: 'age_key',
    name: 'an age secret key',
    shapes: ['AGE-SECRET-KEY-1<bech32:58>'],
    source: 'https://github.com/C2SP/C2SP/blob/main/age.md',
  },
];
