import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { carefulFetch } from '../../src/identity/ask.ts';
import { PresentedTokens } from '../../src/identity/presented-tokens.ts';
import { tokenScopes } from '../../src/identity/token-scopes.ts';

const GITHUB = `ghp_${'aB3d'.repeat(9)}`;
const GITLAB = `glpat-${'xY7-'.repeat(5)}`;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A provider that answers so, and what it was asked. */
async function provider(
  answer: (response: ServerResponse) => void,
): Promise<{ api: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => server.close());
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ask = carefulFetch(fetch);

// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
test('GitHub says in a header what a token may do', async () => {
  const { api, asked } = await provider((response) =>
    response.writeHead(200, { 'X-OAuth-Scopes': 'repo, user', 'X-Accepted-OAuth-Scopes': '' }).end('{}'),
  );
  const known = await tokenScopes(new Secret(GITHUB), { provider: 'github', api }, ask);
  expect(known).toEqual({ scopes: ['repo', 'user'] });
  expect(asked).toMatchObject([{ method: 'GET', url: '/rate_limit' }]);
  expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${GITHUB}`, 'user-agent': 'hallpass' });
});

// https://docs.gitlab.com/api/personal_access_tokens/: the answer documented there.
test('GitLab says in its answer what a token may do', async () => {
  const { api, asked } = await provider((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 4,
        name: 'Test Token',
        revoked: false,
        created_at: '2020-07-23T14:31:47.729Z',
        scopes: ['api'],
        user_id: 24,
        last_used_at: '2021-10-06T17:58:37.550Z',
        active: true,
        expires_at: null,
      }),
    ),
  );
  const known = await tokenScopes(new Secret(GITLAB), { provider: 'gitlab', api: `${api}/gitlab` }, ask);
  expect(known).toEqual({ scopes: ['api'] });
  expect(asked).toMatchObject([{ method: 'GET', url: '/gitlab/api/v4/personal_access_tokens/self' }]);
  expect(asked[0]?.headers['private-token']).toBe(GITLAB);
});

test.each([
  ['no scope', { 'x-oauth-scopes': '' }, { scopes: [] }],
  ['no header, as for a fine-grained token', {}, { why: 'it does not say' }],
  ['what is no scope', { 'x-oauth-scopes': `repo, a b, ${'x'.repeat(65)}` }, { scopes: ['repo'] }],
])('an answer with %s', async (_, headers, known) => {
  const { api } = await provider((response) => response.writeHead(200, headers).end('{}'));
  expect(await tokenScopes(new Secret(GITHUB), { provider: 'github', api }, ask)).toEqual(known);
});

test('a redirect is not followed: the token goes to nobody else', async () => {
  const other = await provider((response) => response.end());
  const { api } = await provider((response) => response.writeHead(302, { location: other.api }).end());
  const known = await tokenScopes(new Secret(GITHUB), { provider: 'github', api }, ask);
  expect(known).toEqual({ why: 'it answered with HTTP status 302' });
  expect(other.asked).toEqual([]);
});

test('what is not a token of the provider is sent nowhere', async () => {
  const { api, asked } = await provider((response) => response.end());
  for (const value of [GITLAB, 'hunter2', `x${GITHUB}`, `${GITHUB} y`])
    expect(await tokenScopes(new Secret(value), { provider: 'github', api }, ask)).toBeUndefined();
  expect(asked).toEqual([]);
});

test('no network that others can read is trusted with it', () => {
  expect(() => new PresentedTokens({ provider: 'github', api: 'http://api.example' })).toThrow('not https');
});

test('of several tokens the scopes are put together, and each is asked about once', async () => {
  let answered = 0;
  const { api, asked } = await provider((response) => {
    answered += 1;
    response.writeHead(200, { 'x-oauth-scopes': answered === 1 ? 'repo' : 'repo, gist' }).end('{}');
  });
  const notes: string[] = [];
  const tokens = new PresentedTokens({ provider: 'github', api });
  for (const value of [GITHUB, `Bearer ${GITHUB}`, 'other', `gho_${'Zz9y'.repeat(9)}`]) tokens.present(value);
  await tokens.learn(
    () => Promise.resolve(ask),
    (line) => notes.push(line),
  );
  expect(tokens.scopes).toEqual(['repo', 'gist']);
  expect(asked).toHaveLength(2);
  expect(notes).toEqual([
    'a token of GitHub that this server gets may do: repo',
    'a token of GitHub that this server gets may do: repo, gist',
  ]);
});

test('where nobody answers nothing is known, and that is said', async () => {
  const { api } = await provider((response) => response.writeHead(401).end('{"message":"Bad credentials"}'));
  const notes: string[] = [];
  const tokens = new PresentedTokens({ provider: 'github', api });
  tokens.present(GITHUB);
  await tokens.learn(
    () => Promise.resolve(ask),
    (line) => notes.push(line),
  );
  expect(tokens.scopes).toBeUndefined();
  expect(notes).toEqual([
    'what a token of GitHub that this server gets may do is not known: it answered with HTTP status 401',
  ]);
});
