import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import { carefulFetch } from '../../../src/identity/ask.ts';
import { ciIdentity } from '../../../src/identity/ci/ci-identity.ts';
import { jobHint } from '../../../src/identity/ci/job-hint.ts';
import { jobToken } from '../../../src/identity/ci/job-token.ts';
import { claimsIn } from '../../../src/identity/principal.ts';
import { readEnvironment } from '../../../src/platform/environment.ts';
import { runMintCommand } from '../../../src/platform/mint-command.ts';
import { FakeCi, type System } from '../../helpers/ci.ts';

const HUB = 'https://hub.example.com';

let ci: FakeCi;
let bin: string;

beforeAll(async () => {
  ci = await FakeCi.start();
  bin = mkdtempSync(join(tmpdir(), 'hallpass-ci-'));
});
afterAll(async () => {
  await ci[Symbol.asyncDispose]();
  rmSync(bin, { recursive: true });
});
beforeEach(() => {
  ci.asked.length = 0;
  ci.failing.length = 0;
  ci.lifetime = 300;
});

type Variables = Record<string, string | undefined>;

async function ask(variables: Variables, audience = HUB, now = Date.now()) {
  const provider = ciIdentity(variables);
  if (provider === undefined) throw new Error('there is no provider');
  const waited: number[] = [];
  const environment = readEnvironment({ PATH: `${bin}:${process.env['PATH']}`, ...variables });
  const token = await jobToken(provider, audience, {
    ask: carefulFetch(fetch),
    run: (command) => runMintCommand(command, environment),
    wait: async (milliseconds) => void waited.push(milliseconds),
    now: () => now,
  });
  return { provider, waited, token };
}

async function problemOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.catch((reason: unknown) => reason);
  return error instanceof HallpassError ? `${error.code} ${error.message}` : 'no problem';
}

const jobOf = (system: System, audience = HUB): Promise<Variables> => ci.job(system, bin, audience);

describe.each<[System, string, boolean]>([
  ['github', 'GitHub Actions', true],
  ['gitlab', 'GitLab', false],
  ['buildkite', 'Buildkite', true],
  ['circleci', 'CircleCI', true],
  ['other', 'HALLPASS_ID_TOKEN', false],
])('%s', (system, title, renewable) => {
  test('gives a token for the audience that is wanted, with the claims of its documentation', async () => {
    const { provider, token } = await ask(await jobOf(system));
    expect(provider).toMatchObject({ title, renewable });
    expect(token).toMatchObject({
      issuer: ci.issuerOf(system),
      subject: ci.claimsOf(system)['sub'],
      groups: [],
    });
    const { exp, aud, ...claims } = claimsIn(token.idToken);
    expect(aud).toBe(HUB);
    expect(token.expiresAt).toBe(Number(exp) * 1000);
    expect(Object.keys(claims)).toEqual(expect.arrayContaining(Object.keys(ci.claimsOf(system))));
  });

  test('whose token is for somebody else is not shown to the hub', async () => {
    const variables = await jobOf(system, 'https://vault.example.com');
    if (renewable) return expect((await ask(variables)).token.idToken).toBeDefined();
    expect(await problemOf(ask(variables))).toMatch(
      /^ERR_AUTH .*is for https:\/\/vault\.example\.com, and not for/,
    );
  });

  test('whose token has ended is none', async () => {
    const ended = Date.now() + 301_000;
    expect(await problemOf(ask(await jobOf(system), HUB, ended))).toMatch(/^ERR_AUTH .*has ended/);
  });
});

describe('GitHub Actions', () => {
  test('is asked for each audience anew', async () => {
    const variables = await jobOf('github');
    await ask(variables);
    await ask(variables, 'urn:other?a&b');
    expect(ci.asked.map(({ audience }) => audience)).toEqual([HUB, 'urn:other?a&b']);
  });

  test('that does not answer is asked again, less and less often', async () => {
    ci.failing.push(503, 429, 500);
    const { waited } = await ask(await jobOf('github'));
    expect(waited).toEqual([500, 1000, 2000]);
  });

  test('that goes on not to answer is out of reach', async () => {
    ci.failing.push(503, 503, 503, 503);
    expect(await problemOf(ask(await jobOf('github')))).toMatch(/^ERR_ISSUER_UNREACHABLE .*503/);
  });

  test('that can not be connected to is out of reach', async () => {
    const variables = { ...(await jobOf('github')), ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/?a=b' };
    expect(await problemOf(ask(variables))).toMatch(
      /^ERR_ISSUER_UNREACHABLE .*(?:ECONNREFUSED|connection failed)/,
    );
  });

  test('that refuses is not asked again', async () => {
    const variables = { ...(await jobOf('github')), ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' };
    expect(await problemOf(ask(variables))).toMatch(/^ERR_AUTH .*401/);
  });

  test.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_ACTIONS'])(
    'without %s gives none',
    async (name) => {
      expect(ciIdentity({ ...(await jobOf('github')), [name]: undefined })).toBeUndefined();
    },
  );

  test('is asked for no token over plain http elsewhere', async () => {
    const variables = { ...(await jobOf('github')), ACTIONS_ID_TOKEN_REQUEST_URL: 'http://ci.example.com/' };
    expect(await problemOf(ask(variables))).toMatch(/^ERR_INSECURE_ADDRESS/);
  });
});

describe('Buildkite', () => {
  test('is asked for the ids of organization and pipeline, which are not in its tokens otherwise', async () => {
    const { token } = await ask(await jobOf('buildkite'));
    expect(claimsIn(token.idToken)).toMatchObject({
      organization_id: ci.claimsOf('buildkite')['organization_id'],
      pipeline_id: ci.claimsOf('buildkite')['pipeline_id'],
    });
  });

  test('whose agent refuses says so', async () => {
    const variables = { ...(await jobOf('buildkite')), BUILDKITE_AGENT_ACCESS_TOKEN: 'wrong' };
    expect(await problemOf(ask(variables))).toMatch(/^ERR_MINT_COMMAND .*buildkite-agent/);
  });
});

describe('CircleCI', () => {
  test('does not show the token that clouds believe, unless for its audience', async () => {
    const variables = await jobOf('circleci');
    await ask(variables);
    expect(ci.asked).toEqual([{ system: 'circleci', audience: HUB }]);
    const { token } = await ask(variables, ci.organization);
    expect(token.idToken.reveal()).toBe(variables['CIRCLE_OIDC_TOKEN_V2']);
    expect(ci.asked).toHaveLength(1);
  });

  test('without its command line says what to do', async () => {
    const variables = { ...(await jobOf('circleci')), PATH: '/nowhere' };
    expect(await problemOf(ask(variables))).toMatch(/^ERR_AUTH .*"circleci" was not found/);
  });
});

describe('which it is', () => {
  test('is nobody outside of CI, nor in CI that gives no proof', () => {
    for (const variables of [
      {},
      { CI: 'true' },
      { CI: 'true', GITLAB_CI: 'true' },
      { HALLPASS_ID_TOKEN: ' ' },
    ])
      expect(ciIdentity(variables)).toBeUndefined();
  });

  test('is the token that was handed over, before what else there is', async () => {
    const variables = { ...(await jobOf('github')), ...(await jobOf('other')) };
    expect(ciIdentity(variables)?.title).toBe('HALLPASS_ID_TOKEN');
  });

  test('has a page where there is one', async () => {
    const pages = await Promise.all(
      (['github', 'gitlab', 'buildkite', 'circleci', 'other'] as const).map(
        async (system) => ciIdentity(await jobOf(system))?.page,
      ),
    );
    expect(pages).toEqual([
      'https://github.com/octo-org/octo-repo/actions/runs/30433642',
      'https://gitlab.example.com/my-group/my-project/-/jobs/302',
      'https://buildkite.com/acme-inc/super-duper-app/builds/1#0184990a-477b-4fa8-9968-496074483cee',
      'https://circleci.com/gh/acme/app/42',
      undefined,
    ]);
  });

  test.each([
    [{ GITHUB_ACTIONS: 'true' }, /id-token: write/],
    [{ GITLAB_CI: 'true' }, /id_tokens/],
    [{}, /HALLPASS_ID_TOKEN/],
    [{ HALLPASS_ID_TOKEN: 'a.b.c' }, /at hand/],
  ])('where it is not enough, %o says what to do', (variables, hint) => {
    expect(jobHint(variables)).toMatch(hint);
  });
});

test.each(['no token', '', 'a.b', 'a.b.c d.e.f'])(
  'a program that prints %j prints no token',
  async (output) => {
    const { printedToken } = await import('../../../src/identity/ci/printed-token.ts');
    const { Secret } = await import('../../../src/core/secret.ts');
    expect(() => printedToken(new Secret(output), 'agent')).toThrowWithCode('ERR_AUTH');
  },
);
