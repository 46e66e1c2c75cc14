import { loosePhrases, phrases } from './phrases.ts';

// What each statement or command begins with, and what follows it. `a|b` is either; `…` is anything.

/** Words of SQL that may stand between those of a phrase. */
export const SQL_FILLERS: ReadonlySet<string> = new Set([
  'if',
  'exists',
  'not',
  'or',
  'replace',
  'temporary',
  'temp',
  'unlogged',
  'unique',
  'concurrently',
  'foreign',
  'materialized',
  'recursive',
  'low_priority',
  'quick',
  'ignore',
  'only',
  'session',
  'local',
  'global',
]);

export const SQL_DESTROYS = phrases(`
  drop table|database|schema|view|index|sequence|function|procedure|trigger|type|domain|extension|column|constraint|role|user|group|policy|rule|tablespace|publication|subscription|server|owned|event|keyspace|collection
  truncate
  alter … drop
`);

/** These say which rows they are about, or mean all of them. */
export const SQL_OF_ROWS = phrases(`
  delete from
  delete … from
  update … set
`);

/** A statement about rows that has one of these names them. */
export const SQL_NARROWS: ReadonlySet<string> = new Set(['where', 'limit']);

/** What says nothing behind WHERE: it is true of every row. */
export const SQL_ALWAYS = /^(?:true|\d+)$/;

export const SQL_PRIVILEGED = phrases(`
  create|alter|drop user|role|login|group|policy
  grant … to
  revoke … from
  set role|authorization
  alter system
  alter default privileges
  alter … owner
  alter … disable
  reassign owned
  create security
  create extension
  copy … program
  load_file
  security label
  flush privileges
  set password
`);

/** Methods of MongoDB's shell. */
export const MONGO_DESTROYS = /^db\.(?:.*\.(?:drop|deletemany|deleteone|remove)|dropdatabase|dropuser)$/;

/** Relations that hold passwords or their hashes. */
export const SQL_SECRETS: ReadonlySet<string> = new Set([
  'pg_authid',
  'pg_shadow',
  'pg_catalog.pg_authid',
  'pg_catalog.pg_shadow',
  'pg_user_mapping',
  'pg_user_mappings',
  'pg_catalog.pg_user_mapping',
  'pg_catalog.pg_user_mappings',
  'pg_subscription',
  'mysql.user',
  'mysql.global_priv',
  'sys.sql_logins',
  'sys.syslogins',
  'sys.user$',
  'dba_users',
  'pg_read_file',
  'pg_read_binary_file',
]);

export const SHELL_DESTROYS = loosePhrases(`
  rm|unlink -r|-f|--recursive|--force
  find -delete
  remove-item -recurse|-force
  rmdir
  shred
  mkfs|mkfs.ext4|mkfs.xfs|wipefs|fdisk|parted
  dd of
  dropdb|dropuser
  git push --force|-f|--force-with-lease|--delete|--mirror
  git reset --hard
  git clean -f|--force
  git branch -d
  kubectl delete|drain
  helm uninstall|delete
  terraform|tofu destroy
  pulumi destroy
  docker|podman rm|rmi|prune|kill
  aws delete-bucket|delete-object|delete-objects|delete-table|delete-db-instance|delete-db-cluster|delete-stack|terminate-instances|delete-secret|schedule-key-deletion|rb
  aws s3 rm|rb
  gcloud delete
  az delete|purge
  redis-cli flushall|flushdb
  flushall|flushdb
  shutdown|reboot|halt|poweroff
  npm|pnpm|yarn unpublish
  gh delete
`);

export const SHELL_PRIVILEGED = loosePhrases(`
  useradd|adduser|usermod|userdel|groupadd|groupmod|gpasswd|passwd|chpasswd|visudo|createuser
  chmod +s|u+s|g+s|4755|6755|777
  chown root
  setcap|setfacl
  su
  ssh-copy-id
  kubectl create|apply|edit|patch role|rolebinding|clusterrole|clusterrolebinding|serviceaccount
  kubectl create token
  kubectl certificate approve
  aws iam create-user|create-access-key|create-login-profile|attach-user-policy|attach-role-policy|put-user-policy|put-role-policy|update-assume-role-policy|add-user-to-group|update-access-key|delete-access-key|create-role|create-policy|create-policy-version
  aws kms create-grant|put-key-policy|rotate-key-on-demand
  aws secretsmanager put-secret-value|rotate-secret|update-secret|put-resource-policy
  aws sts assume-role
  gcloud add-iam-policy-binding|set-iam-policy|remove-iam-policy-binding
  gcloud iam create
  gcloud kms keys
  az role|ad create|add|reset
  az keyvault set|rotate|set-policy
  vault token|write|policy|auth|operator create|write|enable|rotate|rekey|rotate-root
  gh auth|secret|ssh-key|api set|add|login
  ssh-keygen
  crontab
  systemctl enable|disable|mask
`);

/** What starts another program that stands behind it. */
export const SHELL_STARTERS: ReadonlySet<string> = new Set([
  'sudo',
  'doas',
  'su',
  'command',
  'exec',
  'nohup',
  'time',
  'timeout',
  'nice',
  'ionice',
  'setsid',
  'stdbuf',
  'strace',
  'watch',
  'parallel',
  'xargs',
  'find',
  'busybox',
  'eval',
  'builtin',
  'env',
  'bash',
  'sh',
  'zsh',
  'dash',
  'ksh',
  'fish',
  'ssh',
  'chroot',
  'nsenter',
  'docker',
  'podman',
  'kubectl',
  'then',
  'else',
  'do',
  'if',
  'while',
  '!',
]);

/** What hands SQL to a server. */
export const SHELL_CLIENTS_OF_SQL: ReadonlySet<string> = new Set([
  'psql',
  'mysql',
  'mariadb',
  'sqlite3',
  'sqlcmd',
  'duckdb',
  'cockroach',
  'clickhouse-client',
  'usql',
]);

/** Words that stand for the whole environment in other languages. */
export const SECRET_WORDS: ReadonlySet<string> = new Set(['os.environ', 'process.env', '$env:']);

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

export const SHELL_READS_SECRETS = loosePhrases(`
  get-childitem|gci|dir env
  printenv
  kubectl get|describe|view secret|secrets
  kubectl config view
  vault kv|read get
  vault read
  aws secretsmanager get-secret-value|batch-get-secret-value
  aws ssm get-parameter|get-parameters|get-parameters-by-path
  aws configure get
  aws ecr get-login-password
  gcloud secrets access
  gcloud auth print-access-token|print-identity-token
  az keyvault show|download
  az account get-access-token
  op read|item|inject
  pass show
  bw get
  gh auth token
  git credential fill
  security find-generic-password|find-internet-password|dump-keychain
  secret-tool lookup|search
  doppler secrets
  heroku config
  fly secrets
  docker inspect
  ps eww|auxe|auxeww|e
  history
  pg_dumpall
`);

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
