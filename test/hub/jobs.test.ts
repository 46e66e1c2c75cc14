import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { ClaimRule, Grant, JobIssuerConfig } from '../../src/hub/config.ts';
import { question, type ToldApproval } from './helpers/asking.ts';
import { type FakeIssuer, startFakeIssuer } from './helpers/fake-issuer.ts';
import { TestHub } from './helpers/test-hub.ts';

const ORIGIN = 'https://hub.example.com';
const is = (...values: string[]): ClaimRule => ({ values });
const like = (source: string): ClaimRule => ({
  pattern: source,
  matches: (text) => new RegExp(source).test(text),
});
const MAIN = {
  repository_owner_id: '7',
  repository_id: '70',
  ref: 'refs/heads/main',
  environment: 'production',
};

let people: FakeIssuer;
let ci: FakeIssuer;
let hub: TestHub;

function trusted(name: string, change: Partial<JobIssuerConfig>): JobIssuerConfig {
  return { name, issuer: ci.issuer, audience: ORIGIN, claims: {}, ...change };
}

function grant(connection: string, claims: Record<string, ClaimRule>, issuer = 'acme'): Grant {
  const who = { groups: [], subjects: [], ci: { issuer, claims } };
  return { who, connection, scopes: ['write'], ttl: 300, use: 'export' };
}

beforeAll(async () => {
  people = await startFakeIssuer();
  ci = await startFakeIssuer();
  const connection = (name: string) => ({
    name,
    audience: `https://${name}.example.com`,
    scopes: ['read', 'write'],
  });
  hub = await TestHub.start({
    config: {
      identity: people.identity,
      admins: { groups: ['admins'], subjects: ['root'] },
      jobIssuers: [
        trusted('acme', { claims: { repository_owner_id: is('7') } }),
        trusted('tools', { claims: { repository_owner_id: is('8'), ref: like('^refs/tags/v') } }),
      ],
      connections: [connection('deploy'), connection('vault'), connection('tools')],
      approvers: [
        {
          connection: undefined,
          who: { groups: ['leads'], subjects: [] },
          approvals: 1,
          self: false,
          breakGlass: false,
        },
      ],
      grants: [
        grant('deploy', { repository_id: is('70'), ref: is('refs/heads/main'), environment: like('^prod') }),
        grant('vault', { repository_id: is('71'), ref: is('refs/heads/main') }),
        grant('tools', {}, 'tools'),
        {
          who: { groups: ['engineering'], subjects: ['ada'] },
          connection: 'vault',
          scopes: ['read'],
          ttl: 300,
          use: 'export',
        },
      ],
    },
  });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await ci[Symbol.asyncDispose]();
  await people[Symbol.asyncDispose]();
});
beforeEach(() => {
  hub.notices.length = 0;
});

function tokenOf(claims: Record<string, unknown> = MAIN): Promise<string> {
  return ci.sign({ sub: 'repo:acme/app:environment:production', aud: ORIGIN, groups: undefined, ...claims });
}

async function refusal(token: string, fields: Record<string, string> = {}): Promise<[string, string]> {
  const answer = await hub.exchange(token, fields);
  const { error, error_description: why } = (await answer.json()) as {
    error: string;
    error_description: string;
  };
  expect(answer.status).toBe(400);
  return [error, why];
}

describe('a job', () => {
  test('gets what a grant gives it, under a name with its issuer in it', async () => {
    const answer = await hub.exchange(await tokenOf(), { audience: 'deploy', use: 'export' });
    expect(answer.status).toBe(200);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const sub = 'repo:acme/app:environment:production';
    expect(decodeJwt(token)).toMatchObject({
      sub: `${ci.issuer}|${sub}`,
      ci: { iss: ci.issuer, sub },
      aud: 'https://deploy.example.com',
      groups: [],
      scope: 'write',
    });
  });

  test('may call its token a JWT, as others do', async () => {
    const type = { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' };
    expect((await hub.exchange(await tokenOf(), type)).status).toBe(200);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'of others',
      { repository_owner_id: '9' },
      'it does not fit acme: repository_owner_id is 9 and has to be 7',
    ],
    [
      'that says nothing',
      { repository_owner_id: undefined },
      'it does not fit acme: repository_owner_id is not there and has to be 7',
    ],
    [
      'nearer to another rule',
      { repository_owner_id: '8', ref: 'refs/heads/x' },
      'it does not fit tools: ref is refs/heads/x and has to match ^refs/tags/v',
    ],
    [
      'for another audience',
      { aud: 'https://vault.example.com' },
      `it does not fit acme: aud is https://vault.example.com and has to be ${ORIGIN} alone`,
    ],
    [
      'for two audiences',
      { aud: [ORIGIN, 'sts'] },
      `it does not fit acme: aud is ${ORIGIN}, sts and has to be ${ORIGIN} alone`,
    ],
    [
      'that is wrong in all',
      { aud: 'x', repository_owner_id: '9' },
      `it does not fit acme: aud is x and has to be ${ORIGIN} alone; repository_owner_id is 9 and has to be 7`,
    ],
  ])('%s is refused, and told each claim that does not fit', async (_, change, why) => {
    const token = await tokenOf({ ...MAIN, ...change });
    expect(await refusal(token)).toEqual(['invalid_grant', `the subject token does not hold: ${why}`]);
    expect(hub.notices).toEqual([`a CI job was refused: the subject token does not hold: ${why}`]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['ended', { exp: 1_700_000_000 }],
    ['has no end', { exp: undefined }],
    ['has no subject', { sub: undefined }],
    ['is of the future', { iat: 9_999_999_990, exp: 9_999_999_999 }],
  ])('whose token %s is refused', async (_, change) => {
    expect((await refusal(await tokenOf({ ...MAIN, ...change })))[0]).toBe('invalid_grant');
  });

  test('whose token somebody else has signed is refused', async () => {
    const forged = await people.sign({ iss: ci.issuer, sub: 'x', aud: ORIGIN, ...MAIN });
    expect((await refusal(forged))[0]).toBe('invalid_grant');
  });

  test('that a grant is for but for what it does is told what that has to be', async () => {
    const token = await tokenOf({ ...MAIN, ref: 'refs/heads/dev', environment: undefined });
    expect(await refusal(token, { audience: 'deploy' })).toEqual([
      'invalid_target',
      'there is no such connection for you here: ref is refs/heads/dev and has to be refs/heads/main; environment is not there and has to match ^prod',
    ]);
  });

  test('learns nothing of grants for others, nor whether there are any', async () => {
    const token = await tokenOf({ ...MAIN, ref: 'refs/heads/dev' });
    const answers = await Promise.all(
      ['vault', 'nowhere', 'tools'].map((audience) => refusal(token, { audience })),
    );
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(answers[0]?.[1]).not.toContain('7');
  });

  test('has nothing of what people of its name have', async () => {
    const token = await tokenOf({ ...MAIN, sub: 'ada', groups: ['engineering', 'admins'] });
    expect((await refusal(token, { audience: 'vault' }))[0]).toBe('invalid_target');
    const root = await hub.mint(await tokenOf({ ...MAIN, sub: 'root', groups: ['admins'] }));
    const others = await hub.mint(await people.sign());
    const answer = await hub.form('/revoke', root, { token: others });
    expect(answer.status).toBe(403);
  });

  test('is nobody whose token a person of its name may revoke', async () => {
    const token = await hub.mint(await tokenOf({ ...MAIN, sub: 'ada' }));
    const person = await hub.mint(await people.sign());
    expect((await hub.form('/revoke', person, { token })).status).toBe(403);
    expect((await hub.form('/revoke', token, { token })).status).toBe(200);
    expect((await hub.get('/sessions', token)).status).toBe(401);
  });

  test('asks for approval under a name with its issuer in it', async () => {
    const token = await hub.mint(await tokenOf({ ...MAIN, sub: 'ada' }));
    const answer = await hub.post('/approvals', token, question());
    const { subject, approval } = (await answer.json()) as ToldApproval;
    expect(subject).toBe(`${ci.issuer}|ada`);
    // Whoever has that name here has not asked.
    const person = await hub.mint(await people.sign());
    expect((await hub.get(`/approvals/${approval}`, person)).status).toBe(404);
    expect((await hub.get(`/approvals/${approval}`, token)).status).toBe(200);
  });
});

test('whoever starts the hub is told what its configuration should not have', async () => {
  await using warned = await TestHub.start({ config: { identity: people.identity, warnings: ['by name'] } });
  expect(warned.notices).toEqual(['by name']);
});

test('without issuers for jobs every job is refused', async () => {
  await using bare = await TestHub.start({ config: { identity: people.identity } });
  const answer = await bare.exchange(await tokenOf());
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
});
