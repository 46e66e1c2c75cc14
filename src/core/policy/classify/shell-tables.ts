import { loosePhrases } from './phrases.ts';

// What each statement or command begins with, and what follows it. `a|b` is either; `…` is anything.

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

/** What tells the whole environment when nothing but assignments follows … */
export const SHELL_SHOWS_ALL: ReadonlySet<string> = new Set([
  'env',
  'set',
  'printenv',
  'export',
  'declare',
  'typeset',
]);

/** … or one of these with a name. */
export const SHELL_UNSETS: ReadonlySet<string> = new Set(['-u', '--unset', '-c', '--chdir']);

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
