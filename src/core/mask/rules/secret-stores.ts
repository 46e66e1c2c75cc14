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
  {
    id: 'vault_legacy_token',
    name: 'a HashiCorp Vault token of before 1.10',
    shapes: ['<lower:1>.<alnum:24>'],
    near: ['vault_token', 'vault', 'x-vault-token'],
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
  },
  {
    id: 'infisical_token',
    name: 'an Infisical service token',
    shapes: ['st.<b64url:20-40>.<hex:24-64>.<hex:24-64>'],
    source: 'https://infisical.com/docs/internals/service-tokens',
  },
  {
    id: 'bitwarden_token',
    name: 'a Bitwarden Secrets Manager access token',
    shapes: ['<digit:1>.<uuid>.<alnum:30>:<b64padded:24>'],
    near: ['bws_access_token', 'bws', 'bitwarden', '--access-token'],
    source: 'https://bitwarden.com/help/access-tokens/',
  },
];
