import { describe, expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { bytes, jsonWebToken, maskedText, masker, privateKey, random } from './fixtures.ts';

const KEY = random('alnum', 32);
const HEX = random('lhex', 40);
const WEAK = ['hunter', '2xyz'].join('');

const COMMON = 'changeme';
const PHRASE = 'correct horse battery staple';

const SECRETS: readonly [string, string, string][] = [
  ['.env', `DB_PASSWORD=${WEAK}\n`, WEAK],
  ['.env, exported and quoted', `export API_KEY='${KEY}'\n`, KEY],
  ['.env, a common password', `DB_PASSWORD=${COMMON}\n`, COMMON],
  ['YAML', `db:\n  password: ${WEAK}\n`, WEAK],
  ['YAML, with a comment', `token: ${KEY} # staging\n`, KEY],
  ['INI', `[db]\npassword = ${WEAK}\n`, WEAK],
  ['properties', `spring.datasource.password=${WEAK}\n`, WEAK],
  ['JSON', `{"user": "a", "password": "${WEAK}"}`, WEAK],
  ['JSON, a sentence as password', `{"password": "${PHRASE}"}`, PHRASE],
  ['JSON, password_hash', `{"password_hash": "${PHRASE}"}`, PHRASE],
  ['JSON, client_secret', `{"client_secret":"${WEAK}"}`, WEAK],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ password: WEAK })), WEAK],
  ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ password: WEAK }))), WEAK],
  ['.env in JSON', JSON.stringify(`A=1\nDB_PASSWORD=${WEAK}\nB=2`), WEAK],
  ['YAML in JSON in JSON', JSON.stringify(JSON.stringify(`a:\n  password: ${WEAK}\n`)), WEAK],
  ['JavaScript', `const apiKey = "${KEY}";`, KEY],
  ['TypeScript', `  private readonly token: string = '${KEY}';`, KEY],
  ['Python', `SECRET_KEY = '${KEY}'`, KEY],
  ['Go', `clientSecret := "${KEY}"`, KEY],
  ['Ruby', `:api_key => "${KEY}"`, KEY],
  ['Java', `props.setProperty("api.key", "${KEY}");`, KEY],
  ['C#', `string Password = @"${WEAK}";`, WEAK],
  ['PHP', `define('AUTH_KEY', '${KEY}');`, KEY],
  ['shell', `curl -H "X-Api-Key: ${KEY}" https://example.org`, KEY],
  ['curl -u', `curl -u admin:${WEAK} https://example.org`, WEAK],
  ['a command line', `tool --password ${random('alnum', 14)} --verbose`, random('alnum', 14)],
  ['XML', `<password>${WEAK}</password>`, WEAK],
  ['XML attributes', `<add key="DbPassword" value="${WEAK}"/>`, WEAK],
  ['a connection string', `Server=db;User Id=sa;Password=${WEAK};Encrypt=true`, WEAK],
  ['Authorization: Bearer', `Authorization: Bearer ${KEY}\r\n`, KEY],
  ['Authorization: Basic', `authorization: Basic ${Buffer.from(`user:${WEAK}`).toString('base64')}\r\n`, Buffer.from(`user:${WEAK}`).toString('base64')],
  ['Cookie', `Cookie: theme=dark; session=${KEY}; lang=en\r\n`, KEY],
  ['Cookie, behind an escape', `"Cookie: a=\\u00e9\\\\u00e8; session=${KEY}\\r\\n"`, KEY],
  ['Set-Cookie', `Set-Cookie: sid=${KEY}; Path=/; HttpOnly\r\n`, KEY],
  ['X-Api-Key', `X-Api-Key: ${KEY}\r\n`, KEY],
  ['kubeconfig', `    client-key-data: ${Buffer.from(KEY).toString('base64')}\n`, Buffer.from(KEY).toString('base64')],
  ['kubeconfig token', `    token: ${KEY}\n`, KEY],
  ['.npmrc', `//registry.example.org/:_authToken=${KEY}\n`, KEY],
  ['netrc', `machine example.org login me password ${random('alnum', 20)}\n`, random('alnum', 20)],
  ['a query', `https://example.org/x?access_token=${KEY}&y=1`, KEY],
  ['aws', `aws_secret_access_key = ${random('b64', 40)}\n`, random('b64', 40)],
  ['a hash as a token', `"auth_token": "${HEX}"`, HEX],
  ['a service named', `mailjet = ${KEY}`, KEY],
  ['a key block', privateKey(), privateKey()],
  ['a key block, escaped', JSON.stringify({ k: privateKey() }), JSON.stringify(privateKey()).slice(1, -1)],
  ['a key block, percent-encoded', `key=${encodeURIComponent(privateKey())}&x=1`, encodeURIComponent(privateKey())],
  ['a key block in a form', `x=${new URLSearchParams({ k: privateKey() }).toString()}&y=1`, new URLSearchParams({ k: privateKey() }).toString().slice(2)],
  ['a token', `x ${jsonWebToken()} y`, jsonWebToken()],
  ['a token in a URL', `https://${random('lhex', 32)}@sentry.example.net/45`, random('lhex', 32)],
  ['a URL', `postgres://me:${WEAK}@db.example.org/x`, WEAK],
  ['a redis URL', `redis://:${WEAK}@localhost:6379/0`, WEAK],
  ['base64 of a .env file', Buffer.from(`A=1\nDB_PASSWORD=${WEAK}\n`).toString('base64'), WEAK],
]; // prettier-ignore

describe('a secret is hidden in', () => {
  test.each(SECRETS)('%s', (_, text, secret) => {
    const masked = maskedText(masker(), text);
    expect(masked).not.toContain(secret);
    expect(Buffer.from(masked, 'base64').toString()).not.toContain(secret);
    expect(masked).not.toBe(text);
  });

  test.each(SECRETS.filter(([, text]) => text.startsWith('{') || text.startsWith('"')))(
    '%s, which stays JSON',
    (_, text) => {
      if (isJson(text)) expect(isJson(maskedText(masker(), text))).toBe(true);
    },
  );
});

const UUID = `${random('lhex', 8)}-${random('lhex', 4)}-${random('lhex', 4, 2)}-${random('lhex', 4, 3)}-${random('lhex', 12)}`;

describe('ordinary text stays as it is', () => {
  test.each([
    'const password = req.body.password;',
    'password: string;',
    'password: process.env.DB_PASSWORD,',
    'DB_PASSWORD=${DB_PASSWORD}',
    'password: <your password>',
    'api_key: YOUR_API_KEY_HERE',
    'API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx',
    '"token": "********"',
    'password = getPassword()',
    'if (token === undefined) throw new Error("no token");',
    'const tokenCount = 42;',
    'max_tokens: 4096',
    'progressToken: ProgressTokenSchema,',
    'primaryKey: "users_pkey"',
    'cacheKey: `user:${id}:profile`',
    'secretName: my-database-credentials',
    'password_file: /run/secrets/db_password',
    'publicKey: "ssh-ed25519"',
    'key: "Enter"',
    '"keywords": ["secrets", "passwords"]',
    'type="password" name="password" placeholder="Password"',
    'The password must have at least 8 characters.',
    'Forgot your password? Click here.',
    '"version": "1.2.3", "cookie": "^0.7.1"',
    `"id": "${UUID}"`,
    `commit ${HEX}`,
    `"integrity": "sha512-${random('b64', 86)}=="`,
    `sha256:${random('lhex', 64)}`,
    `data:image/png;base64,${random('b64', 400)}`,
    '!function(e,t){var n=e.key,r=t.token;return n===r?e:t}(a,b);',
    'postgres://user:password@localhost/db',
    'https://${user}:${pass}@example.com',
    `type={isShown ? 'password' : 'plaintext1'}`,
    `"src/core/secret.ts": "${HEX}"`,
    'git@github.com:owner/repo.git',
    'node_modules/foo/dist/authentication/token-provider.js:12:5',
    `-----BEGIN ${['PUBLIC', 'KEY'].join(' ')}-----\n${random('b64', 64)}\n-----END PUBLIC KEY-----`,
    `PEM files begin with -----BEGIN ${['PRIVATE', 'KEY'].join(' ')}----- and end likewise.`,
    'eyJhbGciOi is how they begin',
    'Basic usage: see the authorization chapter.',
    'mycli --password "…" --name x',
    '{"password": "…", "token": "…"}',
    "authorization: 'token secret123'",
    'AccessKeySecret=value',
    'CLIENT_SECRET=some_app_value',
    'api_key = "KEYabc123"',
    '"private_key": "DUMMY"',
    'keyVaultToStoreSecrets: web-app-1234567890',
    'this.username = username;\n    this.password = password;',
    'connect(user=user, password=secretword)',
    "username: 'Username', password: 'Password'",
    "username: 'Name', password: 'Enter your password'",
    'const { username, password } = options;',
    'const password = userPassword;',
    'new URL("https://abc:xyz@example.com")',
    'console.error(`login, or pass --token <token>`),process.exit(1));let l=new ye({auth:o}),u=e.days?parse(e.days):void 0',
    'console.log("Stuck with token "+(this.tokens.main?this.parser.getName(this.tokens.main.value):""))',
    'ensure `key[]=x&key[]&key[]=y` results in a list',
    String.raw`"source": "form({\r\n username: \\\"username\\\",\r\n password: \\\"password\\\",\r\n"`,
    'connect(\n    username=None,\n    password=None,\n    key_password=key_password,\n    proxy_pass=url.password\n)',
    'def f(self,\n    request_token=request.resource_owner_key):\n    resource_owner_secret: str):\n',
    '  passphrase: Optional[PassphraseCallable] = None\n  private_key: ed25519.Ed25519PrivateKey\n',
    'print(f"password={password!r}")',
    "user_pass = '%s:%s' % (user, password)",
    String.raw`_token_end = r'(?=\s[%s]|[%s%s])'`,
    'with the --username and --password options\n',
    "Pass 'parameters' to it, or $token->tagname(x)",
    '#define XkbUpdateKeyTypeMods\tSrvXkbUpdateKeyTypeMods\n',
    'std::__do_visit<__variant_cookie>(std::forward<_Visitor>(__visitor))',
    "  client_secret=json_key['client_secret'],\n  proxy_pass=settings[\n",
    "--sasl-password='projects/123/secrets/my-secret/versions/1'",
    'oidc_client_secret_value: &oidc_client_secret_value\n',
    'Use a field query: `effectiveTagKeys:"123456789/env*"`',
    '[--oauth2-client-secret="OAUTH2-CLIENT-SECRET"]',
    '<a href="../../files/huggingface_hub-1.33.0-py3-none-any.whl">1.33.0</a>',
    String.raw`syn match groovyTokens ";\|,\|<=>\|<>\|:\|:=\|>\|>="`,
    'PublicKeyDetails[PublicKeyDetails["PKIX_RSA_PKCS1V15_2048_SHA256"] = 4]',
    'cvs://:pserver:anoncvs@sourceware.org:/cvs/src',
    'of the form <user>@<pass>: as before',
    'comp "username= passphrase= password= scmVersion="',
    "const password = await read.password('Password:')",
    'it calls STS.AssumeRoleWithWebIdentity of the service',
    `SENTRY_DSN=https://${random('lhex', 32)}@o12.ingest.us.sentry.io/45`,
    'postgresql://user:secret@[2001:db8::1234]/database',
    'curl -u <user:password> https://test.example.org',
    '-----BEGIN RSA PRIVATE KEY----------END RSA PRIVATE KEY-----',
    '<input name="csrf_token" value="4fQ-abc_9x7hT2kLmN8pR3sV6wY1zB5d">',
    'requires options for "username and password" or "verifyUser"',
    'readonly STENCIL_PASS_DEPTH_PASS: 0x0B96;',
    'echo hello | grep password',
    "INSERT INTO posts (id, title) VALUES (1, 'hunters');",
    'the password for the server is in the vault',
    'createHmac("sha256", "a secret")',
  ])('%s', (text) => {
    const by = masker();
    expect(
      createDetector()
        .detect(bytes(text))
        .map(({ rule, start, end }) => [rule, text.slice(start, end)]),
    ).toEqual([]);
    const same = bytes(text);
    expect(by.maskText(same).bytes).toBe(same);
  });
});

describe('a value alone, by the name of its field', () => {
  test.each([
    ['password', 'changeme'],
    ['password', 'a b c'],
    ['password_hash', 'abc'],
    ['passwordHash', '12345678'],
    ['client_secret', 'word'],
    ['private_key', 'x y'],
    ['client-key-data', 'YWJjZGVm'],
    ['Authorization', `Bearer ${KEY}`],
    ['X-Api-Key', KEY],
    ['apiKey', KEY],
    ['token', KEY],
    ['credentials.token', HEX],
  ])('%s is masked: %s', (field, value) => {
    expect(maskedText(masker(), value, field)).toMatch(/^(?:Bearer )?hpm_\w+$/);
  });

  test.each([
    ['password', ''],
    ['password', 'null'],
    ['password', '${DB_PASSWORD}'],
    ['password', '********'],
    ['password', '••••••••••••'],
    ['token', 'next'],
    ['token_type', 'Bearer'],
    ['key', 'name'],
    ['apiKey', 'hello'],
    ['key', '-3.1061091867014e-204'],
    ['name', 'token'],
    ['passwordPolicy', 'strict'],
    ['text', 'plain words'],
  ])('%s is left: %s', (field, value) => {
    expect(maskedText(masker(), value, field)).toBe(value);
  });

  test('a value far longer than a credential is masked to its end', () => {
    expect(maskedText(masker(), `${random('alnum', 40_000)}`, 'password')).toMatch(
      /^(?:hpm_secret_field_\w{16}){3}$/,
    );
  });
});

test('offsets are bytes, after characters of any width', () => {
  const text = `日本語 🔑 é password: "${WEAK}" ü`;
  const [finding] = createDetector().detect(bytes(text));
  expect(Buffer.from(text).subarray(finding?.start, finding?.end).toString()).toBe(WEAK);
});

test('a finding never holds the value', () => {
  for (const [, text, secret] of SECRETS) {
    for (const finding of createDetector().detect(bytes(text)))
      expect(JSON.stringify(finding)).not.toContain(secret);
  }
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
