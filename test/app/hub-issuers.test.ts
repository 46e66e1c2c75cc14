import { describe, expect, test } from 'vitest';

import { patternProblem } from '../../src/app/claim-rules.ts';
import { parseHubFile } from '../../src/app/hub-file.ts';
import type { ClaimRules, HubConfig } from '../../src/hub/config.ts';
import { misfits } from '../../src/hub/tokens/claims.ts';
import { HallpassError } from '../../src/core/errors.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';

function hubWith(issuers: readonly object[], ci?: object): HubConfig {
  const grant = { who: { ci }, connection: 'deploy', scopes: ['write'] };
  const file = {
    url: 'https://hub.example.com',
    listen: '127.0.0.1:4180',
    issuer: 'https://login.example.com',
    admins: { groups: ['hub-admins'] },
    connections: [{ name: 'deploy', audience: 'https://deploy.example.com', scopes: ['write'] }],
    issuers,
    grants: ci === undefined ? [] : [grant],
  };
  // JSON is YAML.
  return parseHubFile(JSON.stringify(file), 'hub.yaml');
}

function problemOf(issuers: readonly object[], ci?: object): string {
  try {
    hubWith(issuers, ci);
  } catch (error) {
    if (error instanceof HallpassError && error.code === 'ERR_CONFIG') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

const entry = (claims: object, more: object = {}): object => ({
  name: 'ci',
  issuer: GITHUB,
  claims,
  ...more,
});

function rulesOf(claims: object): ClaimRules {
  return hubWith([entry({ repository_id: '1', ...claims })]).jobIssuers?.[0]?.claims ?? {};
}

describe('a claim', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['an exact value', 'refs/heads/main', 'refs/heads/main', true],
    ['another one', 'refs/heads/main', 'refs/heads/main2', false],
    ['the beginning of one', 'refs/heads/main', 'refs/heads/mai', false],
    ['an id that is a number here and a text there', 1_296_269, '1296269', true],
    ['a text that is a boolean there', 'true', true, true],
    ['one of several', ['main', 'next'], 'next', true],
    ['none of several', ['main', 'next'], 'main next', false],
    ['one of a list in the token', 'b', ['a', 'b'], true],
    ['an object', '[object Object]', {}, false],
    ['null', 'null', null, false],
    ['a pattern', { pattern: String.raw`^refs/heads/release/\d+$` }, 'refs/heads/release/12', true],
    ['a pattern and a line end', { pattern: '^main$' }, 'main\n', false],
    ['a pattern and a second line', { pattern: '^main$' }, 'main\nmain', false],
    ['a pattern that would have lines', { pattern: '^(?m)main$' }, 'main\nevil', false],
    ['a pattern and more before', { pattern: '^main$' }, 'x main', false],
    ['a pattern with an alternative in brackets', { pattern: '^(?:a|b)$' }, 'b', true],
  ])('%s', (_, rule, value, isFit) => {
    const missed = misfits(rulesOf({ ref: rule }), { repository_id: '1', ref: value });
    expect(missed.length === 0).toBe(isFit);
  });

  test('that is not there does not fit, whatever objects have by nature', () => {
    const rules = rulesOf({ constructor: { pattern: '^function .*$' }, ref: 'a' });
    expect(misfits(rules, { repository_id: '1' }).map(({ text }) => text)).toEqual([
      'constructor is not there and has to match ^function .*$',
      'ref is not there and has to be a',
    ]);
  });

  test('is told with what of it can be shown', () => {
    const rules = rulesOf({ ref: ['main', 'next'] });
    const [missed] = misfits(rules, { repository_id: '1', ref: `\u001B[2J${'x'.repeat(500)}` });
    expect(missed?.text).toBe(`ref is ?[2J${'x'.repeat(196)} and has to be main or next`);
  });
});

describe('a pattern is refused', () => {
  test.each<[string, RegExp]>([
    ['main', /not anchored/],
    ['^main', /not anchored/],
    ['main$', /not anchored/],
    [String.raw`^main\$`, /not anchored/],
    ['refs/heads/*', /glob.*write \^refs\/heads\/\[\^\/\]\*\$/],
    ['repo:acme/*:ref:refs/heads/main', /glob/],
    ['^a|b$', /alternative outside of brackets/],
    ['^a$|^b$', /alternative outside of brackets/],
    ['^(a)|[b|]$', /alternative outside of brackets/],
    ['^.*$', /whatever/],
    ['^.+$', /whatever/],
    [String.raw`^(?s:.*)$`, /whatever/],
    [String.raw`^[\w/:.-]+$`, /whatever/],
    [String.raw`^(a)\1$`, /linear time/],
    ['^(?=a).*$', /linear time/],
    ['^($', /linear time/],
  ])('%s', (text, why) => {
    expect(patternProblem(text)).toMatch(why);
    expect(problemOf([entry({ repository_id: '1', ref: { pattern: text } })])).toMatch(
      /^hub\.yaml:\d+:\d+: issuers\.0\.claims\.ref\.pattern: /,
    );
  });

  test.each([
    '^main$',
    String.raw`^\\$`,
    '^[|]$',
    String.raw`^a\|b$`,
    String.raw`^\Qa|b\E$`,
    '^(?:a|b)-(c|d)$',
  ])('but not %s', (text) => {
    expect(patternProblem(text)).toBeUndefined();
  });

  test('takes linear time', () => {
    const [rule] = Object.values(
      hubWith([entry({ sub: { pattern: '^(?:a|aa)+b$' }, repository_id: '1' })]).jobIssuers?.[0]?.claims ??
        {},
    );
    const started = performance.now();
    expect(rule && 'matches' in rule && rule.matches('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('an issuer of hub.yaml', () => {
  test.each<[string, readonly object[], object | undefined, RegExp]>([
    ['without claims', [entry({})], undefined, /every job of this issuer would get in/],
    [
      'with a glob for a value',
      [entry({ repository: 'acme/*' })],
      undefined,
      /repository: values are compared exactly/,
    ],
    ['with a pattern for a value', [entry({ repository: '^acme/app$' })], undefined, /pattern: \^…\$/],
    ['with an id too large for a number', [entry({ repository_id: 2 ** 60 })], undefined, /quotes/],
    [
      'of GitHub, for whoever runs on main',
      [entry({ ref: 'refs/heads/main' })],
      undefined,
      /all its customers share.*repository_id/,
    ],
    [
      'of GitHub, by a subject that anybody may have',
      [entry({ sub: ['repo:acme/app:environment:production', 'environment:production'] })],
      undefined,
      /all its customers share.*repository_id/,
    ],
    [
      'of GitHub, whatever it is called',
      [entry({ ref: 'refs/heads/main' }, { provider: 'gitlab' })],
      undefined,
      /all its customers share.*repository_id/,
    ],
    ...['^acme.*$', '^acme[^/]*/app$', String.raw`^acme\w+/app$`, '^.+/app$'].map(
      (pattern): [string, readonly object[], undefined, RegExp] => [
        `of GitHub, for owners such as ${pattern}`,
        [entry({ repository: { pattern } })],
        undefined,
        /claims: .*up to the first \//,
      ],
    ),
    [
      'of GitHub, for whoever calls a workflow',
      [entry({ job_workflow_ref: 'a/b/.github/workflows/c.yml@refs/heads/main' })],
      undefined,
      /all its customers/,
    ],
    [
      'of gitlab.com, for any protected ref',
      [entry({ ref_protected: true }, { issuer: 'https://gitlab.com' })],
      undefined,
      /project_id/,
    ],
    [
      'of Buildkite, without its organization',
      [entry({ pipeline_slug: 'deploy' }, { issuer: 'https://agent.buildkite.com' })],
      undefined,
      /organization_id/,
    ],
    [
      'of Buildkite, with a pattern for it',
      [entry({ organization_slug: { pattern: '^acme.*$' } }, { issuer: 'https://agent.buildkite.com' })],
      undefined,
      /exact/,
    ],
    [
      'of CircleCI, at the address that all share',
      [entry({ 'oidc.circleci.com/vcs-ref': 'refs/heads/main' }, { issuer: 'https://oidc.circleci.com' })],
      undefined,
      /org-id/,
    ],
    [
      'that is the issuer of people',
      [entry({ team: 'a' }, { issuer: 'https://login.example.com' })],
      undefined,
      /issuer of people/,
    ],
    [
      'that stands twice',
      [entry({ repository_id: '1' }), entry({ repository_id: '2' })],
      undefined,
      /issuers\.1\.name: ci stands twice/,
    ],
    ['that is not there', [], { issuer: 'nowhere' }, /there is no issuer nowhere/],
    [
      'with a mistyped key',
      [entry({ repository_id: '1' }, { audiance: 'x' })],
      undefined,
      /did you mean "audience"/,
    ],
    ['with a plain address', [entry({ a: '1' }, { issuer: 'http://ci.example.com' })], undefined, /https/],
  ])('%s is refused', (_, issuers, ci, why) => {
    expect(problemOf(issuers, ci)).toMatch(why);
  });

  test.each([
    'repo:acme/app:environment:production',
    'repo:acme@65/app@74:pull_request',
    'repository_owner_id:65:environment:production',
    'environment:production:repository:acme/app',
  ])('of GitHub for the subject %s is good', (sub) => {
    expect(hubWith([entry({ sub })]).jobIssuers).toHaveLength(1);
  });

  test.each(['^acme/.*$', String.raw`^(?:acme|acme\.io)/app$`, String.raw`^acme\.io/\w+$`])(
    'of GitHub for %s is good',
    (pattern) => {
      expect(hubWith([entry({ repository: { pattern } })]).jobIssuers).toHaveLength(1);
      expect(hubWith([entry({ sub: { pattern: pattern.replace('^', '^repo:') } })]).jobIssuers).toHaveLength(
        1,
      );
      const owned = entry({ repository_owner_id: '65', repository: { pattern: '^.*/app$' } });
      expect(hubWith([owned]).jobIssuers).toHaveLength(1);
    },
  );

  test.each<[string, object, object]>([
    [
      'an organization of CircleCI, by its own address',
      { 'oidc.circleci.com/vcs-ref': 'refs/heads/main' },
      { issuer: 'https://oidc.circleci.com/org/0a1b' },
    ],
    [
      'a GitLab of their own',
      { ref_protected: true },
      { issuer: 'https://gitlab.example.com', provider: 'gitlab' },
    ],
    ['any other', { team: 'deploy' }, { issuer: 'https://ci.example.com' }],
  ])('%s is good', (_, claims, more) => {
    expect(hubWith([entry(claims, more)]).warnings).toEqual([]);
  });

  test('that goes by a name is told of where there is an id', () => {
    const ci = { issuer: 'ci', claims: { repository: 'acme/app', environment: 'production' } };
    const { warnings } = hubWith([entry({ repository_owner: 'acme' })], ci);
    expect(warnings).toEqual([
      expect.stringMatching(/^issuer ci: repository_owner is a name, .*repository_owner_id/),
      expect.stringMatching(/^a grant of deploy: repository is a name, .*; repository_id never does$/),
    ]);
  });

  test.each([
    ['repo:acme@65/app@74:ref:refs/heads/main', 0],
    [{ pattern: '^repo:acme@65/app@74:.*$' }, 0],
    [{ pattern: '^repo:acme@65/.*$' }, 1],
    ['repo:acme/app:ref:refs/heads/main', 1],
    [['repo:acme@65/app@74:ref:refs/heads/main', 'repo:acme/app:ref:refs/heads/main'], 1],
  ])('of which the subject %j is: %i warnings', (sub, count) => {
    expect(hubWith([entry({ sub })]).warnings).toHaveLength(count);
  });

  test('is not told of where the id stands beside the name, or in the issuer', () => {
    const ci = { issuer: 'ci', claims: { sub: { pattern: '^repo:acme/app:.*$' } } };
    expect(hubWith([entry({ repository_id: '1', repository: 'acme/app' })], ci).warnings).toEqual([]);
  });
});
