import { describe, expect, test } from 'vitest';

import type { Fetch } from '../../../src/identity/ask.ts';
import { readChallenge } from '../../../src/identity/oauth/challenge.ts';
import { canonical, discoverIssuer, discoverResource } from '../../../src/identity/oauth/discovery.ts';

/** A network with these documents; whatever else is asked for is 404. */
function network(documents: Readonly<Record<string, unknown>>): { ask: Fetch; asked: string[] } {
  const asked: string[] = [];
  const ask = (input: string): Promise<Response> => {
    asked.push(input);
    const found = documents[input];
    return Promise.resolve(found === undefined ? new Response('', { status: 404 }) : Response.json(found));
  };
  return { ask: ask as Fetch, asked };
}

const server = new URL('https://mcp.example/team/mcp');
const issuers = ['https://as.example'];

describe('what a refusal says', () => {
  test('is read from the Bearer challenge among others, whatever its spelling', async () => {
    const said = [
      'Basic realm="x, y"',
      'bEARER Scope="a b  a", resource_metadata="https://mcp.example/m", error=invalid_token',
    ];
    expect(await readChallenge(said)).toEqual({
      error: 'invalid_token',
      scopes: ['a', 'b'],
      metadataUrl: 'https://mcp.example/m',
    });
  });

  test.each([[[]], [['Basic realm="x"']], [['Bearer']], [['Bearer scope="unterminated']], [['\u0001']]])(
    'may be nothing: %j',
    async (values) => {
      expect(await readChallenge(values)).toEqual({
        error: undefined,
        scopes: undefined,
        metadataUrl: undefined,
      });
    },
  );
});

describe('a protected resource', () => {
  test('is asked for where its refusal says, and nowhere else', async () => {
    const { ask, asked } = network({
      'https://mcp.example/m': { resource: server.href, authorization_servers: issuers },
    });
    const found = await discoverResource(server, 'https://mcp.example/m', ask);
    expect(found).toEqual({ resource: server.href, issuers, scopes: undefined });
    expect(asked).toEqual(['https://mcp.example/m']);
    await expect(discoverResource(server, 'https://mcp.example/none', ask)).rejects.toMatchObject({
      code: 'ERR_OAUTH',
    });
  });

  test('is else asked for at its path, then at its root', async () => {
    const { ask, asked } = network({
      'https://mcp.example/.well-known/oauth-protected-resource': {
        resource: 'https://mcp.example',
        authorization_servers: issuers,
        scopes_supported: ['read'],
      },
    });
    const found = await discoverResource(server, undefined, ask);
    expect(found).toEqual({ resource: 'https://mcp.example', issuers, scopes: ['read'] });
    expect(asked).toEqual([
      'https://mcp.example/.well-known/oauth-protected-resource/team/mcp',
      'https://mcp.example/.well-known/oauth-protected-resource',
    ]);
  });

  test('that does not describe itself is its own authorization server', async () => {
    const { ask } = network({ 'https://mcp.example/.well-known/oauth-authorization-server': {} });
    const found = await discoverResource(server, undefined, ask);
    expect(found).toEqual({ resource: server.href, issuers: ['https://mcp.example'], scopes: undefined });
  });

  test('is none where nothing says so', async () => {
    const { ask } = network({});
    expect(await discoverResource(server, undefined, ask)).toBeUndefined();
  });

  test.each([
    'https://evil.example/team/mcp',
    'http://mcp.example/team/mcp',
    'https://mcp.example/team/mcp/deeper',
    'https://mcp.example/tea',
    'https://mcp.example/team/mcp?tenant=2',
    'https://mcp.example:444/team/mcp',
    'no address',
  ])('that says it is another is refused: %s', async (resource) => {
    const { ask } = network({ 'https://mcp.example/m': { resource, authorization_servers: issuers } });
    await expect(discoverResource(server, 'https://mcp.example/m', ask)).rejects.toThrow(/which it is not/);
  });

  test('is named without fragment, and without a lone slash', () => {
    expect(canonical(new URL('https://mcp.example/'))).toBe('https://mcp.example');
    expect(canonical(new URL('https://MCP.example/a?b#c'))).toBe('https://mcp.example/a?b');
  });
});

const metadata = (issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  code_challenge_methods_supported: ['S256'],
});

describe('an authorization server', () => {
  test('with a path is asked in the order of the specification', async () => {
    const issuer = 'https://as.example/tenant';
    const { ask, asked } = network({ [`${issuer}/.well-known/openid-configuration`]: metadata(issuer) });
    expect((await discoverIssuer(issuer, ask)).issuer).toBe(issuer);
    expect(asked).toEqual([
      'https://as.example/.well-known/oauth-authorization-server/tenant',
      'https://as.example/.well-known/openid-configuration/tenant',
      'https://as.example/tenant/.well-known/openid-configuration',
    ]);
  });

  test('without one, too', async () => {
    const { ask, asked } = network({});
    await expect(discoverIssuer('https://as.example', ask)).rejects.toMatchObject({ code: 'ERR_OAUTH' });
    expect(asked).toEqual([
      'https://as.example/.well-known/oauth-authorization-server',
      'https://as.example/.well-known/openid-configuration',
    ]);
  });

  test.each([
    [
      'that calls itself another',
      { ...metadata('https://as.example'), issuer: 'https://evil.example' },
      /does not describe itself/,
    ],
    [
      'that says nothing of S256',
      { ...metadata('https://as.example'), code_challenge_methods_supported: undefined },
      /S256/,
    ],
    [
      'that knows only plain',
      { ...metadata('https://as.example'), code_challenge_methods_supported: ['plain'] },
      /S256/,
    ],
    [
      'without a token endpoint',
      { ...metadata('https://as.example'), token_endpoint: undefined },
      /where to ask/,
    ],
    [
      'whose pages are nowhere',
      { ...metadata('https://as.example'), authorization_endpoint: 'no address' },
      /where to ask/,
    ],
  ])('%s is refused', async (_name, document, why) => {
    const { ask } = network({ 'https://as.example/.well-known/oauth-authorization-server': document });
    await expect(discoverIssuer('https://as.example', ask)).rejects.toThrow(why);
  });
});
