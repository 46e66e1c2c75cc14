import { phrases } from './phrases.ts';

// What each statement or command begins with, and what follows somewhere after it. `a|b` is either.

export const SQL_DESTROYS = phrases(`
  drop table|database|schema|view|index|sequence|function|procedure|trigger|type|extension|column|role|user|policy|materialized|tablespace|publication|subscription|server|owned
  truncate
  delete from
  alter drop
  shutdown
  reindex
`);

/** A DELETE or UPDATE that has one of these names the rows that it is about. */
export const SQL_NARROWS: ReadonlySet<string> = new Set(['where', 'limit']);

export const SQL_PRIVILEGED = phrases(`
  create|alter|drop user|role|login|group
  grant to
  revoke from
  set role|authorization
  reset role
  alter system|default
  alter owner
  reassign owned
  create security
  create|alter policy
  alter disable
  create extension
  copy program
  load_file
  security label
  flush privileges
`);

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

export const SHELL_DESTROYS = phrases(`
  rm -r|-rf|-fr|-f|-R|--recursive|--force|-rfv
  rmdir
  shred
  mkfs|mkfs.ext4|mkfs.xfs|wipefs|fdisk|parted
  dd of
  dropdb|dropuser
  git push --force|-f|--force-with-lease|--delete|--mirror
  git reset --hard
  git clean
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
  shutdown|reboot|halt|poweroff
  npm|pnpm|yarn unpublish
  gh delete
`);

export const SHELL_PRIVILEGED = phrases(`
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

export const SHELL_READS_SECRETS = phrases(`
  env
  printenv
  export -p
  set
  declare -x|-p
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

/** Files by the end of their path that hold credentials. Backtracks, so it is for short text only. */
export const SECRET_FILES =
  /(?:^|[/\\])(?:\.env(?:\.[\w-]+)?|\.envrc|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.pypirc|\.git-credentials|\.dockercfg|\.vault-token|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)|shadow|gshadow|master\.passwd|environ|credentials(?:\.json|\.xml|\.toml)?|kubeconfig|\.bash_history|\.zsh_history|application_default_credentials\.json|(?:[\w.-]+)\.(?:pem|key|p12|pfx|kdbx|jks|keystore))$|(?:^|[/\\])(?:\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.docker|gcloud)[/\\](?:config(?:\.json)?|credentials(?:\.db)?|[\w.-]*key[\w.-]*|access_tokens[\w.]*)$/i;

/** Words of tools' names, by what they are for. */
export const NAMES_DESTROY =
  /(?:^|_)(?:delete|drop|destroy|remove|purge|wipe|truncate|terminate|erase|uninstall|revoke)(?:_|$)/;
export const NAMES_PRIVILEGED =
  /(?:^|_)(?:grant|revoke|assume_role|impersonate|sudo|rotate)(?:_|$)|(?:^|_)(?:create|add|update|set|put|attach|reset|invite)_(?:\w+_)?(?:user|users|role|roles|permission|permissions|policy|policies|iam|access_key|api_key|token|password|member|members|collaborator|admin|ssh_key|deploy_key|webhook)(?:_|$)/;
export const NAMES_READ_SECRETS =
  /(?:^|_)(?:get|read|list|show|fetch|reveal|dump|export)_(?:\w+_)?(?:secret|secrets|env|environment|credential|credentials|password|passwords|token|tokens|api_key|private_key)(?:_|$)/;
