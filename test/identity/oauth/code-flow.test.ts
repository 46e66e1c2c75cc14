import { describe, expect, test } from 'vitest';

import { Secret } from '../../../src/core/secret.ts';
import type { Fetch } from '../../../src/identity/ask.ts';
import { beginAuthorization, finishAuthorization } from '../../../src/identity/oauth/code-flow.ts';
import type { Issuer } from '../../../src/identity/oauth/discovery.ts';

const issuer = (more: object = {}): Issuer => ({
  issuer: 'https://as.example',
  authorization_endpoint: 'https://as.example/authorize?tenant=1',
  token_endpoint: 'https://as.example/token',
  code_challenge_methods_supported: ['S256'],
  ...more,
});

const attempt = (about: Issuer) =>
  beginAuthorization({
    issuer: about,
    client: { id: 'us', secret: undefined, method: undefined, redirectUri: undefined },
    resource: 'https://mcp.example/mcp',
    redirectUri: 'http://127.0.0.1:1/callback',
    scopes: undefined,
  });

interface Ended {
  readonly error: unknown;
  /** How often the token endpoint was asked. */
  readonly asked: number;
  readonly known: readonly string[];
}

async function finish(about: Issuer, answer: (state: string) => Record<string, string>): Promise<Ended> {
  const begun = await attempt(about);
  let asked = 0;
  const ask = (() => {
    asked += 1;
    return Promise.resolve(Response.json({ access_token: 'token-1', token_type: 'Bearer' }));
  }) as Fetch;
  const known: string[] = [];
  const onSecret = (secret: Secret): void => void known.push(secret.reveal());
  const error = await finishAuthorization(begun, new URLSearchParams(answer(begun.state)), {
    choice: {},
    ask,
    onSecret,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, asked, known };
}

const right = { iss: 'https://as.example' };
const supported = issuer({ authorization_response_iss_parameter_supported: true });

describe('where the browser is sent', () => {
  test('keeps what the address had, and asks for no scope where none is known', async () => {
    const { url } = await attempt(issuer());
    expect(url.searchParams.get('tenant')).toBe('1');
    expect(url.searchParams.get('resource')).toBe('https://mcp.example/mcp');
    expect(url.searchParams.has('scope')).toBe(false);
    expect(url.searchParams.has('prompt')).toBe(false);
  });
});

describe('what the browser brings', () => {
  test.each([
    ['from who was asked', supported, right],
    ['from one that does not say who it is, where none does', issuer(), {}],
    ['from one that says so without having announced it', issuer(), right],
  ])('%s is taken', async (_name, about, more) => {
    const { error, asked } = await finish(about, (state) => ({ code: 'code-1', state, ...more }));
    expect(error).toBeUndefined();
    expect(asked).toBe(1);
  });

  test.each([
    ['from another', supported, { iss: 'https://evil.example' }],
    ['from another that had not announced it', issuer(), { iss: 'https://evil.example' }],
    ['from almost the same', supported, { iss: 'https://as.example/' }],
    ['from who does not say it, though announced', supported, {}],
  ])('%s shows the code to nobody', async (_name, about, more) => {
    const { error, asked, known } = await finish(about, (state) => ({ code: 'code-1', state, ...more }));
    expect(error).toMatchObject({ code: 'ERR_OAUTH' });
    expect(asked).toBe(0);
    expect(known).toEqual(['code-1']);
  });

  test('for another state shows the code to nobody', async () => {
    const { error, asked } = await finish(supported, () => ({ code: 'code-1', state: 'other', ...right }));
    expect(error).toMatchObject({ code: 'ERR_OAUTH' });
    expect(asked).toBe(0);
  });

  test('as an error is told only when it is from who was asked, and without prose', async () => {
    const says = { error: 'server_error', error_description: 'call 555 now' };
    const told = await finish(supported, (state) => ({ ...says, state, ...right }));
    expect(told.error).toMatchObject({ message: expect.stringContaining('server_error') as string });
    expect(String(told.error)).not.toContain('555');
    const forged = await finish(supported, (state) => ({ ...says, state, iss: 'https://evil.example' }));
    expect(String(forged.error)).not.toContain('server_error');
  });
});
