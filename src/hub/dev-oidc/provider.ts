import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { JWK } from 'jose';
import { type KoaContext, Provider } from 'oidc-provider';

import { findAccount } from './accounts.ts';
import { interactionPath, interactions } from './interactions.ts';
import { memoryAdapter } from './memory-adapter.ts';
import { codePage, confirmPage, donePage, errorPage, PAGE_HEADERS } from './pages.ts';

export interface DevelopmentProviderInput {
  /** Ends in the path that the provider is mounted at. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the hub's own pages have a browser come back to. */
  readonly redirectUri: string;
  readonly key: JWK;
  /** Told what nobody foresaw. */
  readonly onTrouble: (error: Error) => void;
}

const POLL_SECONDS = 1;
const DAY_SECONDS = 86_400;
const LIFE_SECONDS = {
  AccessToken: 3600,
  DeviceCode: 600,
  Grant: 14 * DAY_SECONDS,
  IdToken: 3600,
  Interaction: 600,
  RefreshToken: 14 * DAY_SECONDS,
  Session: 3600,
};

/**
 * An OpenID provider for trying hallpass out: it knows three people and believes every password. Answers requests whose
 * path is below the issuer's.
 */
export function developmentProvider(
  input: DevelopmentProviderInput,
): (request: IncomingMessage, response: ServerResponse) => void {
  const provider = new Provider(input.issuer, configurationOf(input));
  provider.on('server_error', (_context, error) => input.onTrouble(error));
  // Without a listener Koa prints them.
  provider.on('error', (error) => input.onTrouble(error));
  const mount = new URL(input.issuer).pathname;
  provider.use((context, next) => strictPages(context, next));
  provider.use(interactions(provider, mount));
  const answer = provider.callback();
  return (request, response) => {
    const { url = '' } = request;
    // As middleware that mounts an app does: from the two the library sees where it is mounted.
    Object.assign(request, { originalUrl: url, url: url.slice(mount.length) || '/' });
    void answer(request, response);
  };
}

function configurationOf({ issuer, clientId, redirectUri, key }: DevelopmentProviderInput): object {
  const mount = new URL(issuer).pathname;
  return {
    adapter: memoryAdapter(),
    clients: [clientOf(clientId, redirectUri)],
    jwks: { keys: [key] },
    clientAuthMethods: ['none'],
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', 'profile', 'groups'],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    // The hub reads the ID token and nothing else, so name and groups have to be in it.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString('base64')], long: { path: mount } },
    features: features(),
    ttl: LIFE_SECONDS,
    findAccount: async (_context: KoaContext, sub: string) => accountClaims(sub),
    loadExistingGrant: grantWhatIsAsked,
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    interactions: {
      url: async (_context: KoaContext, { uid }: { uid: string }) => interactionPath(mount, uid),
    },
    renderError: async (context: KoaContext, out: { error: string; error_description?: string }) =>
      show(context, errorPage(out.error_description ?? out.error)),
  };
}

// A public client: a command line can keep no secret.
function clientOf(clientId: string, redirectUri: string): object {
  return {
    client_id: clientId,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token', 'authorization_code'],
    response_types: ['code'],
    redirect_uris: [redirectUri],
    id_token_signed_response_alg: 'ES256',
  };
}

function features(): object {
  const off = { enabled: false };
  return {
    devInteractions: off,
    pushedAuthorizationRequests: off,
    resourceIndicators: off,
    rpInitiatedLogout: off,
    // A public client revokes its own tokens, and no others.
    revocation: { enabled: true, allowedPolicy: ownToken },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: async (...[context, , , error]: [KoaContext, string, unknown, Error?]) => {
        const { code } = context.state;
        const form = formOf(context);
        const isAsked = typeof code !== 'string' || error !== undefined;
        show(
          context,
          isAsked ? codePage({ ...form, problem: problemOf(error) }) : confirmPage({ ...form, code }),
        );
      },
      userCodeConfirmSource: async (...[context, , , , code]: [KoaContext, string, object, object, string]) =>
        show(context, confirmPage({ ...formOf(context), code })),
      successSource: async (context: KoaContext) => {
        // Whoever comes next in this browser says again who they are.
        await context.oidc.session.destroy();
        show(context, donePage());
      },
    },
  };
}

async function ownToken(
  _context: KoaContext,
  client: { clientId: string },
  token: { clientId: string },
): Promise<boolean> {
  return token.clientId === client.clientId;
}

// One consent, given by signing in: the page before it says to whom.
async function grantWhatIsAsked({ oidc }: KoaContext): Promise<object> {
  const grant = new oidc.provider.Grant({
    accountId: oidc.session.accountId,
    clientId: oidc.client.clientId,
  });
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

function accountClaims(sub: string): object | undefined {
  const account = findAccount(sub);
  if (account === undefined) return undefined;
  const { name, fullName, groups } = account;
  return { accountId: name, claims: async () => ({ sub: name, name: fullName, groups }) };
}

// `verification_uri_complete` brings the code; the library would answer with a page that submits itself by script.
async function strictPages(context: KoaContext, next: () => Promise<void>): Promise<void> {
  context.set(PAGE_HEADERS);
  if (context.method === 'GET' && context.path === '/device') {
    const { user_code: code } = context.query;
    if (typeof code === 'string' && /^[A-Z0-9-]{1,20}$/i.test(code)) context.state['code'] = code;
    context.querystring = '';
  }
  try {
    await next();
  } catch (error) {
    // The library fails on a form that comes without its session; what it foresees it answers itself.
    if (context.method !== 'POST' || context.path !== '/device') throw error;
    context.status = 400;
    show(context, errorPage('This page has expired. Start again from the terminal.'));
  }
  // Nobody else is asking: there is no reason to let a person wait for five seconds (RFC 8628 section 3.2).
  if (context.path === '/device/auth' && context.status === 200)
    context.body = { ...(context.body as object), interval: POLL_SECONDS };
}

function formOf({ oidc }: KoaContext): { action: string; xsrf: string } {
  return { action: oidc.urlFor('code_verification'), xsrf: oidc.session.state.secret };
}

function problemOf(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  if (error.name === 'AbortedError') return 'The request was cancelled: nobody was signed in.';
  return 'There is no such code, or it has been used or has expired.';
}

function show(context: KoaContext, html: string): void {
  context.type = 'html';
  context.body = html;
}
