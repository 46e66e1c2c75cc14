import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { exportJWK, SignJWT } from 'jose';

import { plant, random } from './canaries.ts';

export type System = 'github' | 'gitlab' | 'buildkite' | 'circleci' | 'other';
type Claims = Readonly<Record<string, unknown>>;

const ORG = 'b9407f60-0c1c-4d4e-8a3a-2b0c2f3f6f11';
const PROJECT = '3bd2a7e4-5a6d-4b8e-9c55-0f9e8d7c6b5a';

/**
 * What stands in a token of each, by its documentation, with the values that stand there as examples.
 */
const CLAIMS: Readonly<Record<System, Claims>> = {
  // https://docs.github.com/en/actions/reference/security/oidc#oidc-token-claims
  github: {
    sub: 'repo:octo-org/octo-repo:environment:prod',
    environment: 'prod',
    repository: 'octo-org/octo-repo',
    repository_id: '74',
    repository_owner: 'octo-org',
    repository_owner_id: '65',
    repository_visibility: 'private',
    actor: 'octocat',
    actor_id: '12',
    event_name: 'workflow_dispatch',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    run_id: '30433642',
    run_number: '10',
    run_attempt: '2',
    runner_environment: 'github-hosted',
    workflow: 'deploy',
    workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    head_ref: '',
    base_ref: '',
    sha: '9a8b7c6d5e4f30219a8b7c6d5e4f30219a8b7c6d',
  },
  // https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
  gitlab: {
    sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    user_id: '1',
    user_login: 'sample-user',
    user_email: 'sample-user@example.com',
    user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
    environment_protected: 'true',
    deployment_tier: 'production',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  },
  // https://buildkite.com/docs/agent/cli/reference/oidc#claims
  buildkite: {
    sub: 'organization:acme-inc:pipeline:super-duper-app:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
    organization_slug: 'acme-inc',
    pipeline_slug: 'super-duper-app',
    build_number: 1,
    build_branch: 'main',
    build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
    step_key: 'build',
    job_id: '0184990a-477b-4fa8-9968-496074483cee',
    agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
    runner_environment: 'self-hosted',
  },
  // https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/#format-of-the-openid-connect-id-token
  circleci: {
    sub: `org/${ORG}/project/${PROJECT}/user/5f0c3a/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main`,
    'oidc.circleci.com/org-id': ORG,
    'oidc.circleci.com/project-id': PROJECT,
    'oidc.circleci.com/context-ids': ['6f1d', '77aa'],
    'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
    'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    'oidc.circleci.com/ssh-rerun': false,
  },
  other: { sub: 'system:serviceaccount:ci:deployer', namespace: 'ci' },
};

// https://buildkite.com/docs/agent/cli/reference/oidc#optional-claims
const OPTIONAL: Claims = {
  organization_id: '0184990a-477b-4fa8-9968-496074483cec',
  pipeline_id: '0184990a-4782-42b5-afc1-16715b10b1b0',
};

/** Fakes of CI systems: their issuers, with real keys, and what gives tokens to their jobs. */
export class FakeCi {
  readonly origin: string;
  /** The audiences for which tokens were asked for. */
  readonly asked: { readonly system: System; readonly audience: string }[] = [];
  /** Answers of GitHub's token service that come first. */
  readonly failing: number[] = [];
  /** Of tokens from now on, seconds. GitHub's and Buildkite's live five minutes. */
  lifetime = 300;
  /** Other claims from now on. */
  change: Claims = {};
  readonly #server: ReturnType<typeof createServer>;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #bearer = plant('what asks for tokens in CI', random(40)).value;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<FakeCi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeCi(server);
  }

  /** `iss`; CircleCI's has the organization in it. */
  issuerOf(system: System): string {
    return `${this.origin}/${system}${system === 'circleci' ? `/org/${ORG}` : ''}`;
  }

  claimsOf(system: System): Claims {
    return { ...CLAIMS[system], ...(system === 'buildkite' && OPTIONAL) };
  }

  /** The id that CircleCI's own tokens are for. */
  get organization(): string {
    return ORG;
  }

  async sign(system: System, audience: string | string[], claims: Claims = CLAIMS[system]): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ ...claims, ...this.change, jti: random(16) })
      .setProtectedHeader({ alg: 'RS256', kid: 'ci', typ: 'JWT' })
      .setIssuer(this.issuerOf(system))
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now - 5)
      .setExpirationTime(now + this.lifetime)
      .sign(this.#keys.privateKey);
    return plant(`a token of ${system}`, token).value;
  }

  /** The variables of a job, and, in `bin`, the programs it has. `audience` is what it was set up for in GitLab. */
  async job(system: System, bin: string, audience: string): Promise<Record<string, string>> {
    mkdirSync(bin, { recursive: true });
    switch (system) {
      case 'github':
        return {
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_SERVER_URL: 'https://github.com',
          GITHUB_REPOSITORY: 'octo-org/octo-repo',
          GITHUB_RUN_ID: '30433642',
          // As given out: with a query of its own already.
          ACTIONS_ID_TOKEN_REQUEST_URL: `${this.origin}/github/idtoken/1/2?api-version=2.0`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.#bearer,
        };
      case 'gitlab':
        return {
          CI: 'true',
          GITLAB_CI: 'true',
          CI_JOB_URL: 'https://gitlab.example.com/my-group/my-project/-/jobs/302',
          HALLPASS_ID_TOKEN: await this.sign('gitlab', audience),
        };
      case 'buildkite':
        program(join(bin, 'buildkite-agent'), BUILDKITE_AGENT);
        return {
          CI: 'true',
          BUILDKITE: 'true',
          BUILDKITE_JOB_ID: '0184990a-477b-4fa8-9968-496074483cee',
          BUILDKITE_BUILD_URL: 'https://buildkite.com/acme-inc/super-duper-app/builds/1',
          BUILDKITE_AGENT_ENDPOINT: `${this.origin}/buildkite/v3`,
          BUILDKITE_AGENT_ACCESS_TOKEN: this.#bearer,
        };
      case 'circleci':
        program(join(bin, 'circleci'), CIRCLECI);
        return {
          CI: 'true',
          CIRCLECI: 'true',
          CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/app/42',
          CIRCLE_OIDC_TOKEN_V2: await this.sign('circleci', ORG),
          // How the fake program finds the fake service; the real one has ways of its own.
          FAKE_CIRCLECI: `${this.origin}/circleci/oidc`,
        };
      default:
        return { CI: 'true', HALLPASS_ID_TOKEN: await this.sign('other', audience) };
    }
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown]> {
    const url = new URL(String(request.url), this.origin);
    const body = await text(request);
    if (url.pathname === '/keys') {
      const jwk = await exportJWK(this.#keys.publicKey);
      return [200, { keys: [{ ...jwk, kid: 'ci', alg: 'RS256', use: 'sig' }] }];
    }
    const [, at] = /^(.+)\/\.well-known\/openid-configuration$/.exec(url.pathname) ?? [];
    if (at !== undefined) return [200, { issuer: this.origin + at, jwks_uri: `${this.origin}/keys` }];
    if (url.pathname === '/github/idtoken/1/2') return this.#github(request, url);
    if (/^\/buildkite\/v3\/jobs\/[\w-]+\/oidc\/tokens$/.test(url.pathname))
      return this.#buildkite(request, body);
    if (url.pathname === '/circleci/oidc') return [200, { token: await this.#give('circleci', body) }];
    return [404, {}];
  }

  // As @actions/core asks, and what it reads of the answer:
  // https://github.com/actions/toolkit/blob/main/packages/core/src/oidc-utils.ts
  async #github({ headers, method }: IncomingMessage, url: URL): Promise<[number, unknown]> {
    const failing = this.failing.shift();
    if (failing !== undefined) return [failing, { message: 'not now' }];
    const isAllowed = method === 'GET' && headers.authorization === `Bearer ${this.#bearer}`;
    if (!isAllowed || url.searchParams.get('api-version') !== '2.0') return [401, { message: 'no' }];
    const audience = url.searchParams.get('audience') ?? 'https://github.com/octo-org';
    return [200, { count: 1, value: await this.#give('github', audience) }];
  }

  // As the agent asks: https://github.com/buildkite/agent/blob/main/api/oidc.go
  async #buildkite({ headers, method }: IncomingMessage, body: string): Promise<[number, unknown]> {
    if (method !== 'POST' || headers.authorization !== `Token ${this.#bearer}`) return [401, {}];
    const { audience, claims = [] } = JSON.parse(body) as { audience: string; claims?: string[] };
    const optional = Object.fromEntries(Object.entries(OPTIONAL).filter(([name]) => claims.includes(name)));
    return [200, { token: await this.#give('buildkite', audience, optional) }];
  }

  #give(system: System, audience: string, more: Claims = {}): Promise<string> {
    this.asked.push({ system, audience });
    return this.sign(system, audience, { ...CLAIMS[system], ...more });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function program(path: string, code: string): void {
  writeFileSync(path, `#!/usr/bin/env node\n${code}`);
  chmodSync(path, 0o755);
}

// The flags that `buildkite-agent oidc request-token` has, and no others; a note on stderr, the token on stdout.
const BUILDKITE_AGENT = `
const { parseArgs } = require('node:util');
const [oidc, request, ...args] = process.argv.slice(2);
if (oidc !== 'oidc' || request !== 'request-token') throw new Error('usage');
const options = { audience: { type: 'string' }, lifetime: { type: 'string' }, claim: { type: 'string', multiple: true }, job: { type: 'string' } };
const { values } = parseArgs({ args, options });
const { BUILDKITE_AGENT_ENDPOINT: endpoint, BUILDKITE_JOB_ID: job, BUILDKITE_AGENT_ACCESS_TOKEN: token } = process.env;
fetch(endpoint + '/jobs/' + (values.job ?? job) + '/oidc/tokens', {
  method: 'POST',
  headers: { authorization: 'Token ' + token, 'content-type': 'application/json' },
  body: JSON.stringify({ audience: values.audience, lifetime: Number(values.lifetime ?? 0), claims: values.claim }),
}).then(async (response) => {
  if (!response.ok) { console.error('fatal: Could not obtain OIDC token'); process.exit(1); }
  console.error('INFO  requested a token');
  console.log((await response.json()).token);
});
`;

// circleci run oidc get --claims '{"aud": "…"}': only aud can be had otherwise.
const CIRCLECI = `
const [run, oidc, get, flag, claims] = process.argv.slice(2);
if ([run, oidc, get, flag].join(' ') !== 'run oidc get --claims') { console.error('usage'); process.exit(1); }
const { aud, ...others } = JSON.parse(claims);
if (Object.keys(others).length > 0) { console.error('only aud is customizable'); process.exit(1); }
fetch(process.env.FAKE_CIRCLECI, { method: 'POST', body: aud }).then(async (response) => {
  console.log((await response.json()).token);
});
`;
