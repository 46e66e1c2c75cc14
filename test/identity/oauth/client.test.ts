import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Fetch } from '../../../src/identity/ask.ts';
import { type ClientChoice, clientFor, proofOf } from '../../../src/identity/oauth/client.ts';
import type { Issuer } from '../../../src/identity/oauth/discovery.ts';
import type { OAuthClient } from '../../../src/identity/oauth/grants.ts';

const issuer = (more: object = {}): Issuer => ({
  issuer: 'https://as.example',
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://tokens.example/token',
  ...more,
});
const here = 'http://127.0.0.1:4711/callback';
const DOCUMENT = 'https://corp.example/hallpass.json';

/** An authorization server that registers with this answer; keeps what it was asked. */
function registering(answer: object | Response): { ask: Fetch; asked: Record<string, unknown>[] } {
  const asked: Record<string, unknown>[] = [];
  const ask = ((_url: string, init: { body: string }) => {
    asked.push(JSON.parse(init.body) as Record<string, unknown>);
    return Promise.resolve(answer instanceof Response ? answer : Response.json(answer, { status: 201 }));
  }) as unknown as Fetch;
  return { ask, asked };
}

const registers = { registration_endpoint: 'https://as.example/register' };
const documents = { client_id_metadata_document_supported: true };

describe('who we are', () => {
  test.each<[string, Issuer, ClientChoice, string]>([
    [
      'the client of a file',
      issuer({ ...registers, ...documents }),
      { clientId: 'by-hand', document: DOCUMENT },
      'by-hand',
    ],
    [
      'our document where it is read',
      issuer({ ...registers, ...documents }),
      { document: DOCUMENT },
      DOCUMENT,
    ],
    ['else one that is registered', issuer(registers), { document: DOCUMENT }, 'made'],
    ['one that is registered where there is no document', issuer({ ...registers, ...documents }), {}, 'made'],
  ])('is %s', async (_name, about, choice, id) => {
    const { ask } = registering({ client_id: 'made' });
    const client = await clientFor(about, here, { choice, earlier: undefined, ask });
    expect(client.id).toBe(id);
  });

  test('stays the same as long as the browser comes back to the same place', async () => {
    const earlier = { id: 'earlier', secret: undefined, method: 'none', redirectUri: here };
    const { ask, asked } = registering({ client_id: 'made' });
    expect(await clientFor(issuer(registers), here, { choice: {}, earlier, ask })).toBe(earlier);
    expect(asked).toEqual([]);
    const elsewhere = await clientFor(issuer(registers), 'http://127.0.0.1:1/callback', {
      choice: {},
      earlier,
      ask,
    });
    expect(elsewhere.id).toBe('made');
  });

  test('is registered as a native application without a secret, where that may be', async () => {
    const { ask, asked } = registering({ client_id: 'made' });
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_post', 'none'] };
    await clientFor(issuer({ ...registers, ...methods }), here, { choice: {}, earlier: undefined, ask });
    expect(asked[0]).toMatchObject({
      application_type: 'native',
      redirect_uris: [here],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    });
  });

  test('may be told with a secret that never ends, though nobody says so', async () => {
    const { ask } = registering({ client_id: 'made', client_secret: 'S', logo_uri: null });
    const client = await clientFor(issuer(registers), here, { choice: {}, earlier: undefined, ask });
    expect(client.secret?.reveal()).toBe('S');
  });

  test.each([
    ['where nobody is registered', issuer(), registering({})],
    [
      'where we are refused',
      issuer(registers),
      registering(Response.json({ error: 'invalid_redirect_uri' }, { status: 400 })),
    ],
    ['where the answer is no JSON', issuer(registers), registering(new Response('<html>', { status: 201 }))],
  ])('is nobody %s', async (_name, about, { ask }) => {
    const asked = clientFor(about, here, { choice: {}, earlier: undefined, ask });
    await expect(asked).rejects.toMatchObject({ code: 'ERR_OAUTH' });
  });
});

describe('how we show it', () => {
  const made = (more: Partial<OAuthClient> = {}): OAuthClient => ({
    id: 'an-id',
    secret: new Secret('s-e.c:r et'),
    method: undefined,
    redirectUri: here,
    ...more,
  });

  function shown(
    client: OAuthClient,
    about: Issuer,
    choice: ClientChoice = {},
  ): { header: string | null; body: URLSearchParams } {
    const [headers, body] = [new Headers(), new URLSearchParams()];
    void proofOf(client, about, choice)(about, { client_id: client.id }, body, headers);
    return { header: headers.get('authorization'), body };
  }

  test('with a secret is Basic, encoded no more than a form is', () => {
    const { header } = shown(made(), issuer());
    expect(Buffer.from(header?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('an-id:s-e.c%3Ar+et');
  });

  test('is in the body where only that is read', () => {
    const { header, body } = shown(
      made(),
      issuer({ token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    );
    expect(header).toBeNull();
    expect(body.get('client_secret')).toBe('s-e.c:r et');
  });

  test('without a secret is the name alone', () => {
    const { header, body } = shown(made({ secret: undefined }), issuer());
    expect(header).toBeNull();
    expect(Object.fromEntries(body)).toEqual({ client_id: 'an-id' });
  });

  test('with the secret of a file goes only where that secret may', () => {
    const asked: string[] = [];
    const clientSecret = (origin: string): Secret => {
      asked.push(origin);
      throw new HallpassError('ERR_SECRET_ORIGIN', 'no');
    };
    expect(() => shown(made(), issuer(), { clientId: 'an-id', clientSecret })).toThrow('no');
    expect(asked).toEqual(['https://tokens.example']);
  });
});
