import process from 'node:process';

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

const NOTHING = { destructive: false, privileged: false, readsSecrets: false };

test.each([
  'DO $$ BEGIN DELETE FROM users; END $$',
  'DO $body$ BEGIN IF true THEN DROP TABLE users; END IF; END $body$',
  "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'users'); END $$",
  "DO $$ BEGIN EXECUTE 'DR' || 'OP TABLE users'; END $$",
  'WITH old AS (SELECT 1) DELETE FROM users',
  'EXPLAIN ANALYZE DELETE FROM users',
  'PREPARE p AS DELETE FROM users',
  'DELETE FROM users WHERE true',
  'DELETE FROM users WHERE 1 = 1',
  'UPDATE users SET password = (SELECT x FROM y WHERE z = 1)',
  'ALTER TABLE t ADD CHECK (x > 0), DROP COLUMN y',
  'DROP TABLE IF EXISTS users',
  'drop materialized view v',
  "SELECT 'a\\' ; DROP TABLE users; -- '",
  "SELECT 'a\\'' ; DROP TABLE users; -- '",
  'DROP # why\n TABLE users',
  '\uff24\uff32\uff2f\uff30 TABLE users',
  'DR\u200bOP TABLE users',
  'DROP\u00a0TABLE users',
  'db.users.deleteMany({})',
])('destroys, however it is written: %s', (text) => {
  expect(sql(text).destructive).toBe(true);
});

test.each([
  "COPY (SELECT 1) TO PROGRAM 'id'",
  'GRANT SELECT (name) ON users TO eve',
  'DO $$ BEGIN CREATE ROLE eve; END $$',
  'CREATE OR REPLACE POLICY p ON t',
])('changes who may do what, however it is written: %s', (text) => {
  expect(sql(text).privileged).toBe(true);
});

test.each([
  'SELECT * FROM mysql.user',
  'SELECT * FROM `mysql`.`user`',
  'SELECT * FROM pg_catalog . pg_authid',
  'SELECT * FROM ("pg_shadow")',
])('asks for secrets, however it is written: %s', (text) => {
  expect(sql(text).readsSecrets).toBe(true);
});

test.each([
  'cat$IFS.env',
  'cat${IFS}.env',
  'cat${IFS}$9.env',
  'c$@at .en$*v',
  "$'\\x63at' $'.\\145nv'",
  "cat $'.\\105nv'",
  'cat<.env',
  '{cat,.env}',
  'cat \\\n.env',
  'cat .e?v',
  'cat ~/.ss*/id_r*',
  'cat <<< $(<.env)',
  'bash <<EOF\ncat .env\nEOF',
  `bash -c "cat '.env'"`,
  `bash -c "bash -c \\"cat .env\\""`,
  'A=1 env',
  'env A=1 -u B',
  'sudo -u root env',
  'docker exec web env',
  'env > all.txt',
  'kubectl -n prod get secret/db',
  'kubectl get pods,secrets',
  'python3 -c "import os; print(os.environ)"',
  `python3 -c "print(open('.env').read())"`,
  'psql -c "SELECT * FROM pg_authid"',
  'psql -c"TABLE pg_shadow"',
])('asks for secrets, however it is written: %s', (text) => {
  expect(shell(text).readsSecrets).toBe(true);
});

test.each([
  'psql -c "DROP TABLE users"',
  "mysql -e 'SELECT 1; DROP TABLE users'",
  'psql -c DROP\\ TABLE\\ users',
  'psql <<EOF\nDROP TABLE users;\nEOF',
  'echo "DROP TABLE users" | psql',
  'rm -vrf /x',
  'find . -name "*.c" -exec rm -rf {} +',
  'find / -delete',
  'for f in *; do rm -rf $f; done',
  'timeout 5 nice -n 3 rm -rf /x',
  'ssh host "rm -rf /x"',
  '/bin/rm -r /x',
])('destroys, however it is written: %s', (text) => {
  expect(shell(text).destructive).toBe(true);
});

test.each([
  'git commit -m "drop table users"',
  'echo "drop table users"',
  'echo SECRET=1 >> .env',
  'docker run --rm alpine true',
  'env FOO=1 make',
  'grep -rn history src',
  'ls -la',
  'git push origin main',
])('is held by nobody: %s', (text) => {
  expect(shell(text)).toEqual(NOTHING);
});

const ISSUE =
  'Drop the old table from the list (env), delete from it what is done, and grant access to Bob.\nThen `cat .env`, `rm -rf /` and DROP TABLE users:\n- env\n- history';

test.each([
  ['create_issue', { title: 'Drop table users', body: ISSUE }],
  ['send_message', { channel: 'dev', text: ISSUE }],
  ['write_file', { path: 'docs/ops.md', content: ISSUE }],
  ['edit_file', { path: 'a.md', edits: [{ oldText: 'DROP TABLE a', newText: 'rm -rf /' }] }],
  ['web_search', { query: 'drop table if exists postgres' }],
  ['bash', { command: 'ls', description: 'Delete from the cache; grant all to eve' }],
  ['set_field', { op: 'set', section: 'history', mode: 'env' }],
  ['get_page', { url: 'https://example.com/drop/table' }],
])('prose is none of it: %s', (tool, args) => {
  expect(classify(callWith(args, { tool }))).toEqual(NOTHING);
});

test('the same text for a tool that runs it is', () => {
  expect(classify(callWith({ text: 'DROP TABLE users' }, { tool: 'run_sql' })).destructive).toBe(true);
  expect(classify(callWith({ content: 'rm -rf /' }, { tool: 'execute' })).destructive).toBe(true);
});

const DULL = 'SELECT name FROM t WHERE id = 4711 AND city = "Delft" AND "x y" < 1.5; ls -la ./src a=b\n';

test.each([
  ['DROP TABLE users', 'destructive'],
  ['"drop" table users', 'destructive'],
  ['UPDATE users SET a.b = 1', 'destructive'],
  ['/*!50000drop table users */', 'destructive'],
  ["EXECUTE 'DR' || 'OP TABLE users'", 'destructive'],
  ['db . users . drop()', 'destructive'],
  ['db. users.drop()', 'destructive'],
  ['db.\tusers.deleteMany({})', 'destructive'],
  ['GRANT ALL ON t TO eve', 'privileged'],
  ['load_file', 'privileged'],
  ['SELECT * FROM mysql . user', 'readsSecrets'],
  ['SELECT * FROM `pg_catalog`.pg_authid', 'readsSecrets'],
] as const)('is told behind and before any amount of other SQL: %s', (text, trait) => {
  for (const filler of [DULL, DULL.repeat(300)])
    for (const whole of [`${filler}; ${text}`, `${text}; ${filler}`, `(${filler}; (${text}; ${filler}`])
      expect(sql(whole)[trait]).toBe(true);
});

test.each([
  ['rm -rf /', 'destructive'],
  ['r"m" -r /', 'destructive'],
  ['dd if=/dev/zero of=/dev/sda', 'destructive'],
  ['r\\\nm -r /', 'destructive'],
  ['$1rm -r /', 'destructive'],
  ["$'\\x72m' -r /", 'destructive'],
  ['r$@m -r /', 'destructive'],
  ['psql -c DROP\\ TABLE\\ users', 'destructive'],
  ['db.users.drop() | mysql', 'destructive'],
  ['gh secret set x', 'privileged'],
  ['cat ../.env.local', 'readsSecrets'],
  ['cat config/server.pem', 'readsSecrets'],
  ['cat @kubeconfig', 'readsSecrets'],
  ['cat "$HOME/.aws/credentials"', 'readsSecrets'],
  ["echo '$env:'", 'readsSecrets'],
  ['cat [.]env', 'readsSecrets'],
  ['cat .e"*"', 'readsSecrets'],
  ["cat 1'.e?v -n", 'readsSecrets'],
  ['cat a/.e?v', 'readsSecrets'],
  ['cat x.key', 'readsSecrets'],
  ["cat config/server.'pem'", 'readsSecrets'],
  ['cat x."key"', 'readsSecrets'],
  ['cat x.$"key"', 'readsSecrets'],
  [`cat ${'x'.repeat(300)}/.env`, 'readsSecrets'],
  ['A=1 B=/x env', 'readsSecrets'],
] as const)('is told behind and before any amount of other commands: %s', (text, trait) => {
  for (const filler of [DULL, DULL.repeat(300)])
    for (const whole of [`${filler}\n${text}`, `${text}\n${filler}`, `${filler}(${text})\n`])
      expect(shell(whole)[trait]).toBe(true);
});

test('what is around it stays what it is', () => {
  expect(sql(DULL.repeat(100))).toEqual(NOTHING);
  expect(shell(DULL.repeat(100))).toEqual(NOTHING);
});

// What is looked at twice for each character more would take sixteen times as long for four times as much.
test.each([
  ['quotes', `'"`],
  ['open quotes', '"a '],
  ['escapes', '\\'],
  ['parentheses', '('],
  ['closed ones', '()'],
  ['drops', 'drop if '],
  ['commands', 'env;'],
  ['dollars', '$IFS${'],
  ['starters', 'sudo env a=b '],
  ['programs that start others', 'kubectl '],
  ['dots', 'a.'],
  ['literals that run', "execute 'a"],
  ['comments', '/*'],
  ['hash comments', "#\\'"],
  ['globs', '.e*'],
  ['deep quotes', `"'\\"`],
  ['letters', 'a'],
])('takes time in proportion to the arguments: %s', (_, part) => {
  const time = (length: number): number => {
    const text = part.repeat(length / part.length);
    const runs = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      for (const tool of ['bash', 'query']) classify(callWith({ command: text }, { tool }));
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...runs);
  };
  time(20_000);
  const small = Math.max(time(20_000), 500);
  expect(time(160_000) / small).toBeLessThan(32);
});

test('arguments are read when a trait needs them, and once', () => {
  let reads = 0;
  const args = (): Map<string, string> => {
    reads += 1;
    return new Map([['sql', 'GRANT ALL ON t TO jo']]);
  };
  const told = classify(callWith({}, { args, tool: 'drop_grant' }));
  expect([told.destructive, told.privileged, reads]).toEqual([true, true, 0]);
  expect(told.readsSecrets).toBe(false);
  const call = callWith({}, { args });
  expect([classify(call).privileged, classify(call).destructive]).toEqual([true, false]);
  expect(reads).toBe(2);
});
