import { expect, test } from 'vitest';

import { classify } from '../../../src/core/policy/classify.ts';
import { callWith } from './calls.ts';

const sql = (text: string) => classify(callWith({ sql: text }));
const shell = (text: string) => classify(callWith({ command: text }, { tool: 'bash' }));

test.each([
  'DROP TABLE users',
  'select 1; drop   table users',
  '/* harmless */ DROP/**/TABLE users',
  'dRoP\nTABLE users -- select',
  'DELETE FROM users',
  'WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone',
  "DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$",
  'TRUNCATE users',
  'ALTER TABLE users DROP COLUMN email',
  '/*!50000 DROP TABLE users */',
])('destroys: %s', (text) => {
  expect(sql(text).destructive).toBe(true);
});

test.each([
  'DELETE FROM users WHERE id = 1',
  'SELECT dropped FROM tables',
  "INSERT INTO notes VALUES ('drop table users')",
  'select * from t -- drop table users',
])('destroys nothing: %s', (text) => {
  expect(sql(text)).toEqual({ destructive: false, privileged: false, readsSecrets: false });
});

test.each([
  "CREATE USER eve PASSWORD 'x'",
  'create role eve superuser',
  'GRANT ALL ON ALL TABLES IN SCHEMA public TO eve',
  'select 1; ALTER ROLE eve CREATEDB',
  'SET ROLE postgres',
  'ALTER SYSTEM SET log_statement = none',
  "COPY t FROM PROGRAM 'id'",
])('changes who may do what: %s', (text) => {
  expect(sql(text).privileged).toBe(true);
});

test.each(['select * from pg_authid', 'SELECT rolpassword FROM pg_catalog."pg_authid"', 'table pg_shadow'])(
  'asks for secrets: %s',
  (text) => {
    expect(sql(text).readsSecrets).toBe(true);
  },
);

test.each([
  'env',
  'printenv',
  '/usr/bin/env',
  'cat .env',
  'c"a"t .en\\v',
  'cat ./config/.env.production | head',
  "bash -c 'cat ~/.aws/credentials'",
  'echo "$(cat /etc/shadow)"',
  'sudo cat /etc/shadow',
  'kubectl get secret db -o yaml',
  'kubectl -n prod get secrets',
  'cat /proc/1/environ',
  'ls && env',
  'vault kv get secret/db',
])('asks for secrets: %s', (text) => {
  expect(shell(text).readsSecrets).toBe(true);
});

test.each(['env FOO=1 make', 'cat README.md', 'echo environment', 'kubectl get pods', 'npm test'])(
  'asks for none: %s',
  (text) => {
    expect(shell(text)).toEqual({ destructive: false, privileged: false, readsSecrets: false });
  },
);

test.each(['rm -rf /', 'git push --force', 'kubectl delete ns prod', 'cd x; terraform destroy'])(
  'destroys: %s',
  (text) => {
    expect(shell(text).destructive).toBe(true);
  },
);

test.each([
  'aws iam create-access-key --user-name x',
  'useradd eve',
  'vault operator rotate',
  'chmod u+s /bin/sh',
])('changes who may do what: %s', (text) => {
  expect(shell(text).privileged).toBe(true);
});

test.each([
  ['deleteUser', 'destructive'],
  ['drop-index', 'destructive'],
  ['rotate_api_key', 'privileged'],
  ['iam.createAccessKey', 'privileged'],
  ['add_team_member', 'privileged'],
  ['get_secret_value', 'readsSecrets'],
] as const)('a tool called %s', (tool, trait) => {
  expect(classify(callWith({}, { tool }))[trait]).toBe(true);
});

test('an argument vector is a command, too', () => {
  expect(classify(callWith({ argv: ['cat', '.env'] })).readsSecrets).toBe(true);
});

test("a server's own word that a tool destroys counts; that it does not is only its word", () => {
  expect(classify(callWith({}, { annotations: { destructiveHint: true } })).destructive).toBe(true);
  expect(
    classify(callWith({ sql: 'drop table t' }, { annotations: { destructiveHint: false } })).destructive,
  ).toBe(true);
});

test('a resource that is a file of secrets', () => {
  const call = callWith({}, { method: 'resources/read', tool: 'file:///home/jo/.env' });
  expect(classify(call).readsSecrets).toBe(true);
});
