import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A secret that was planted, and must not come out anywhere. */
export interface Canary {
  readonly name: string;
  readonly value: string;
}

const everPlanted = new Map<string, Canary>();

/** Whoever makes up a secret, or is given one, says so here: every sandbox searches for it when it ends. */
export function plant(name: string, value: string): Canary {
  const canary = { name, value };
  everPlanted.set(value, canary);
  return canary;
}

/** All that was planted in this test file so far. */
export function planted(): Canary[] {
  return [...everPlanted.values()];
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export type Canaries = ReturnType<typeof makeCanaries>;

/**
 * Fresh planted secrets of many shapes, new in every run. Prefixes are put together here, so that neither another scanner nor our
 * own finds one in the repository.
 */
export function makeCanaries() {
  return {
    githubToken: plant('GitHub token', githubToken()),
    awsKeyId: plant('AWS access key id', `AK${'IA'}${random(16, BASE32)}`),
    awsSecretKey: plant('AWS secret access key', random(40, `${BASE62}+/`)),
    slackToken: plant('Slack token', `xo${'xb'}-${digits(12)}-${digits(13)}-${random(24)}`),
    stripeKey: plant('Stripe key', `sk_${'live'}_${random(32)}`),
    anthropicKey: plant('Anthropic key', `sk-${'ant'}-api03-${random(93)}AA`),
    gitlabToken: plant('GitLab token', `gl${'pat'}-${random(20)}`),
    npmToken: plant('npm token', `np${'m'}_${random(36)}`),
    jwt: plant('JWT', jwt()),
    privateKey: plant('private key', privateKey('ed25519')),
    databasePassword: plant('database password', random(24)),
    kubeToken: plant('kubeconfig token', jwt()),
    kubeClientKey: plant('kubeconfig client key', privateKey('ec')),
    envPassword: plant('password in .env', random(20)),
  };
}

/** Writes a small project with the canaries where real projects have theirs. Returns the paths, relative to `directory`. */
export async function plantProject(directory: string, canaries: Canaries): Promise<string[]> {
  const files = projectFiles(canaries);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return Object.keys(files);
}

function projectFiles(c: Canaries): Record<string, string> {
  return {
    'README.md': '# A project\n\nNothing secret here: 550e8400-e29b-41d4-a716-446655440000\n',
    '.env': [
      '# local settings',
      'PORT=3000',
      `AWS_ACCESS_KEY_ID=${c.awsKeyId.value}`,
      `AWS_SECRET_ACCESS_KEY=${c.awsSecretKey.value}`,
      `GITHUB_TOKEN=${c.githubToken.value}`,
      `STRIPE_KEY="${c.stripeKey.value}"`,
      `ADMIN_PASSWORD=${c.envPassword.value}`,
      '',
    ].join('\n'),
    'deploy/id_ed25519': c.privateKey.value,
    'deploy/kubeconfig': kubeconfig(c),
    'config/database.json': `${JSON.stringify({ pool: 5, url: databaseUrl(c) }, null, 2)}\n`,
    'config/chat.yaml': `channel: deploys\nslack_token: ${c.slackToken.value}\n`,
    'src/agent.ts': `export const agent = new Anthropic({ apiKey: '${c.anthropicKey.value}' });\n`,
    'scripts/release.sh': releaseScript(c),
    '.npmrc': `//registry.example.com/:_auth${'Token'}=${c.npmToken.value}\n`,
  };
}

function releaseScript(c: Canaries): string {
  const curl = 'curl --fail --silent';
  return [
    '#!/bin/sh',
    `${curl} --header "PRIVATE-TOKEN: ${c.gitlabToken.value}" https://gitlab.example.com/api/v4/version`,
    `${curl} --header "Authorization: Bearer ${c.jwt.value}" https://deploy.example.com/v1/releases`,
    '',
  ].join('\n');
}

function databaseUrl(c: Canaries): string {
  return `postgres://app:${c.databasePassword.value}@db.example.com:5432/app`;
}

function kubeconfig(c: Canaries): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: production
    cluster:
      server: https://k8s.example.com:6443
users:
  - name: deployer
    user:
      token: ${c.kubeToken.value}
      client-key-data: ${Buffer.from(c.kubeClientKey.value).toString('base64')}
`;
}

/** Random letters and digits. */
export function random(length: number, alphabet = BASE62): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function digits(length: number): string {
  return `1${random(length - 1, '0123456789')}`;
}

// GitHub's tokens end in a CRC-32 of their random part, in six digits of base 62.
function githubToken(): string {
  const body = random(30);
  let checksum = '';
  for (let rest = crc32(body), place = 0; place < 6; place += 1, rest = Math.floor(rest / 62)) {
    checksum = `${BASE62[rest % 62]}${checksum}`;
  }
  return `gh${'p'}_${body}${checksum}`;
}

// The random claim comes first: half of a token must be enough to tell it from every other.
function jwt(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { jti: randomBytes(16).toString('hex'), sub: 'deployer' };
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
}

function privateKey(kind: 'ed25519' | 'ec'): string {
  const { privateKey: key } =
    kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
