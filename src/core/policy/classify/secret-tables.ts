/** Names that a pattern such as `.e*` finds. */
export const GLOBBED_SECRETS = [
  '.env',
  '.netrc',
  '.pgpass',
  '.npmrc',
  '.git-credentials',
  'id_rsa',
  'id_ed25519',
  'credentials',
  'shadow',
] as const;

/** Files that hold credentials, by name. */
export const SECRET_FILES: ReadonlySet<string> = new Set([
  '.env',
  '.envrc',
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.dockercfg',
  '.vault-token',
  '.htpasswd',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'master.passwd',
  'credentials.json',
  'credentials.xml',
  'credentials.toml',
  'kubeconfig',
  '.bash_history',
  '.zsh_history',
  'application_default_credentials.json',
]);

/** The same, where a directory stands before them: alone they are words. */
export const SECRET_FILES_IN_DIRECTORIES: ReadonlySet<string> = new Set([
  'shadow',
  'gshadow',
  'environ',
  'credentials',
]);

/** `.env.production` holds secrets, and these are to show how one is written. */
export const ENV_EXAMPLES = /^\.env\.(?:example|sample|template|dist|defaults)$/;

export const SECRET_ENDINGS: ReadonlySet<string> = new Set([
  'pem',
  'key',
  'p12',
  'pfx',
  'kdbx',
  'jks',
  'keystore',
]);

/** Directories in which clients keep what they were given, and what of it that is. */
export const SECRET_DIRECTORIES: ReadonlySet<string> = new Set([
  '.ssh',
  '.aws',
  '.azure',
  '.gnupg',
  '.kube',
  '.docker',
  'gcloud',
]);
export const SECRET_IN_DIRECTORIES = /^(?:config(?:\.json)?|credentials(?:\.db)?|access_tokens.*|.*key.*)$/;
