import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { collectKnown } from '../../../src/core/mask/collect-known.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';

const random = randomBytes(16).toString('base64url');

/** The values that these variables make known. */
function collected(variables: Record<string, string>): string[] {
  const added: string[] = [];
  const known = new KnownValues();
  const add = known.add.bind(known);
  known.add = (value, source) => {
    added.push(value);
    return add(value, source);
  };
  collectKnown(
    known,
    Object.entries(variables).map(([name, value]) => ({ name, value, origin: 'environment variable' })),
  );
  return added;
}

describe('a secret by its name', () => {
  test.each([
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'OPENAI_API_KEY',
    'stripeApiKey',
    'db.password',
    'PGPASSWORD_FILE_PASSWORD',
    'MYSQL_PWD',
    'JWT_SECRET',
    'SESSION_SECRET',
    'ENCRYPTION_KEY',
    'PRIVATE_KEY',
    'client-secret',
    'npm_config_//registry.example.com/:_authToken',
    'AZURE_STORAGE_CONNECTION_STRING',
    'WEBHOOK_SIGNING_KEY',
    'VAULT_CREDENTIALS',
    'HALLPASS_PASSPHRASE',
  ])('%s is known', (name) => {
    expect(collected({ [name]: random })).toEqual([random]);
  });

  test.each([
    'PATH',
    'HOME',
    'USER',
    'SHELL',
    'PWDX',
    'OLDCWD',
    'PORT',
    'NODE_ENV',
    'LANG',
    'TERM',
    'EDITOR',
    'HOSTNAME',
    'COMPAT',
    'AUTHOR',
    'TOKENIZERS_PARALLELISM',
    'KEYBOARD',
    'MONKEY',
    'GIT_COMMIT',
    'AWS_ACCESS_KEYS_ROTATED_AT_'.slice(0, 8),
  ])('%s is not', (name) => {
    expect(collected({ [name]: random })).toEqual([]);
  });
});

/** Always the same: of a hundred thousand random texts some look like words. */
const DRAWN = [
  ['q7Zp2LxV9bTfK4mW', 'r8Jc3NyH'].join(''),
  ['sk', 'w5Xt8BnQ2vRk7GzD4hMs'].join('_'),
  ['0a5bb26d396f7e87', '2cd84b2017b09315'].join(''),
  ['3f2b8c1e', '94d7', '4a60', 'b5e8', '7d1c92f6a043'].join('-'),
];

describe('a key of a name that may stand for anything', () => {
  test.each(['STRIPE_KEY', 'MAPS_KEY', 'DATADOG_KEYS', 'stripeKey', 'REGISTRY_LOGIN'])(
    '%s is known if its value was drawn',
    (name) => {
      for (const value of DRAWN) expect(collected({ [name]: value })).toEqual([value]);
    },
  );

  test.each([
    ['a key of the keyboard', 'Control+Shift+Escape'],
    ['what a key sends', '\u001b[1;5A'],
    ['names', 'orders_by_customer_and_day'],
    ['what is too short to have been drawn', 'q7Zp2LxV9bTf'],
    ['a path', '/etc/ssl/private/q7Zp2LxV9bTfq7Zp2LxV.pem'],
    ['what was typed', 'abcdefghijklmnopqrstuvwxyz0123456789'],
  ])('%s is none', (_, value) => {
    expect(collected({ MODIFIER_KEY: value })).toEqual([]);
  });

  test.each([
    'STRIPE_PUBLISHABLE_KEY',
    'NEXT_PUBLIC_MAPS_KEY',
    'RECAPTCHA_SITE_KEY',
    'SSH_PUBLIC_KEY',
    'CACHE_KEY',
  ])('%s is for everybody', (name) => {
    expect(collected({ [name]: random })).toEqual([]);
  });
});

describe('of variables named as secrets', () => {
  test.each([
    ['a flag', 'true'],
    ['nothing', ''],
    ['too short', 'abcde'],
    ['a number', '100000'],
    ['a port range', '3000-3010'],
    ['a word', 'disabled'],
    ['a word with a capital', 'Bearer'],
    ['a socket', '/tmp/ssh-XXXXXXabcD12/agent.4711'],
    ['a socket of a desktop', '/run/user/1000/keyring/ssh'],
    ['a path at home', '~/.config/token'],
    ['a relative path', './secrets/token'],
    ['the path of a file', '/secrets/github-token.json'],
    ['a path of macOS', '/Users/Ann/Library/Keys2024Final.txt'],
    ['a path of Windows', String.raw`C:\Users\ann\token`],
    ['a pipe of Windows', String.raw`\\.\pipe\openssh-ssh-agent`],
    ['a variable', '$OTHER_TOKEN'],
    ['a variable in braces', '${OTHER_TOKEN}'],
    ['a gap to fill', '<your token here>'],
    ['a template', '{{ secrets.token }}'],
    ['a reference to a vault', 'op://vault/item/field'],
    ['another reference', 'vault:secret/data/x#y'],
    ['the address of an issuer', 'https://auth.example.com/oauth/token'],
    ['a local address', 'http://localhost:3000'],
  ])('%s is none', (_, value) => {
    expect(collected({ AUTH_TOKEN: value })).toEqual([]);
  });

  test.each([
    ['random letters and digits', 'q7Zp2LxV9bTf'],
    ['a password as people make them', 'Tr0ub4dor&3'],
    ['a phrase', 'correct horse battery staple'],
    ['base64 that begins with a slash', `/${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fH3jK5mN7'}`],
    ['base64 with slashes and signs', '/x+Yz/12345678901234567890=='],
    ['random letters only', 'qXvBzKwTjRhPnM'],
    ['a long number', '12345678901234567890'],
    ['the address of a webhook', 'https://hooks.chat.example.com/services/T0/B0/abcdefgh'],
    ['a key block', '-----BEGIN X-----\nabc\n-----END X-----'],
  ])('%s is one', (_, value) => {
    expect(collected({ AUTH_TOKEN: value })).toEqual([value]);
  });

  test('our own passphrase is one whatever it looks like', () => {
    expect(collected({ HALLPASS_PASSPHRASE: ['ses', 'ame'].join('') })).toEqual(['sesame']);
  });
});

describe('the password of a URL', () => {
  const password = 'pa55-word';

  test.each([
    ['postgres', `postgres://app:${password}@db.example.com:5432/app`],
    ['without a user', `redis://:${password}@cache:6379/0`],
    ['with several hosts', `mongodb+srv://app:${password}@a.example.com,b.example.com/x?retry=true`],
    ['with a parameter that is an address', `https://app:${password}@example.com/?to=a@b.example.com`],
    ['JDBC', `jdbc:postgresql://app:${password}@db/app`],
    ['an AMQP broker', `amqps://app:${password}@mq`],
  ])('is known, and nothing else of it: %s', (_, url) => {
    expect(collected({ DATABASE_URL: url })).toEqual([password]);
    expect(collected({ DB_SECRET_DSN: url })).toEqual([password]);
  });

  test('is known as written and decoded', () => {
    expect(collected({ DATABASE_URL: ['postgres://app:', 'p%40ss%2Fw0rd@db/app'].join('') })).toEqual([
      'p%40ss%2Fw0rd',
      'p@ss/w0rd',
    ]);
  });

  test('with a broken escape it is known as written', () => {
    expect(collected({ DATABASE_URL: ['postgres://app:', 'p%zzs-w0rd@db/app'].join('') })).toEqual([
      'p%zzs-w0rd',
    ]);
  });

  test.each(['pa#55-word', 'pa/55-word', 'pa?55-word', 'p@55-word'])(
    'may hold what it should not: %s',
    (sloppy) => {
      expect(collected({ DATABASE_URL: `postgres://app:${sloppy}@db.example.com/app` })).toEqual([sloppy]);
    },
  );

  test.each([
    ['no password', 'postgres://app@db/app'],
    ['no userinfo', 'https://example.com/a:b@c'],
    ['a port', 'http://localhost:3000/users/@me'],
    ['a port and a query', 'http://localhost:3000?x=a@b.example.com'],
    ['an empty password', 'postgres://app:@db/app'],
    ['a variable', 'postgres://app:${PASSWORD}@db/app'],
    ['a word', 'postgres://postgres:postgres@localhost/app'],
    ['no URL', 'a:b@c'],
  ])('there is none: %s', (_, url) => {
    expect(collected({ DATABASE_URL: url })).toEqual([]);
  });
});

test('says where each came from, and how many were new', () => {
  const known = new KnownValues();
  const variable = { name: 'API_KEY', value: random, origin: '.env' };
  expect(
    collectKnown(known, [
      variable,
      { ...variable, name: 'OTHER_KEY' },
      { ...variable, origin: 'environment variable' },
    ]),
  ).toBe(1);
  expect(known.find(Buffer.from(`x ${random}`))).toMatchObject([{ source: '.env API_KEY' }]);
});
