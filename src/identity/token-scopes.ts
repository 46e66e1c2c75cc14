import { z } from 'zod';

import type { Secret } from '../core/secret.ts';
import { requireSecure } from './address.ts';
import { type Fetch, reasonOf } from './ask.ts';

/** Whose tokens are asked about, and where. Nothing is sent anywhere else. */
export interface Introspection {
  readonly provider: 'github' | 'gitlab';
  /** Undefined: the provider's own. */
  readonly api: string | undefined;
}

/** What a token is known to permit, or why that is not known. */
export type TokenScopes = { readonly scopes: readonly string[] } | { readonly why: string };

/**
 * Asks the provider of a token what it permits. What does not look like a token of that provider is not sent: undefined.
 * Answers are the provider's, and go to policies and terminals: only scopes that look like scopes are taken.
 */
export async function tokenScopes(
  token: Secret,
  introspection: Introspection,
  ask: Fetch,
): Promise<TokenScopes | undefined> {
  const { prefix, api, request, read } = PROVIDERS[introspection.provider];
  const value = token.reveal();
  if (!prefix.test(value)) return undefined;
  const { path, headers } = request(value);
  const base = requireSecure(introspection.api ?? api, 'who is asked about a token');
  try {
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    const response = await ask(url, { headers: { ...headers, 'user-agent': 'hallpass' } });
    if (response.status !== 200) return { why: `it answered with HTTP status ${response.status}` };
    const scopes = await read(response);
    return scopes === undefined ? { why: 'it does not say' } : { scopes: scopes.filter(isScope) };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** The name by which people know a provider. */
export function providerName({ provider }: Introspection): string {
  return PROVIDERS[provider].name;
}

interface Provider {
  readonly name: string;
  /** Of its tokens: https://docs.github.com/authentication, "GitHub's token formats"; docs.gitlab.com/security/tokens. */
  readonly prefix: RegExp;
  readonly api: string;
  readonly request: (token: string) => { path: string; headers: Record<string, string> };
  readonly read: (response: Response) => Promise<readonly string[] | undefined>;
}

const MOST_SCOPES = 100;

const PROVIDERS: Readonly<Record<Introspection['provider'], Provider>> = {
  github: {
    name: 'GitHub',
    prefix: /^(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,255}$/,
    api: 'https://api.github.com',
    // Any answer has the header, and this request does not count against the rate limit.
    request: (token) => ({ path: '/rate_limit', headers: { authorization: `Bearer ${token}` } }),
    // docs.github.com, "Scopes for OAuth apps": `X-OAuth-Scopes: repo, user`. Fine-grained tokens have no scopes and no header.
    read: ({ headers }) =>
      Promise.resolve(
        headers
          .get('x-oauth-scopes')
          ?.split(',', MOST_SCOPES)
          .map((scope) => scope.trim()),
      ),
  },
  gitlab: {
    name: 'GitLab',
    prefix: /^gl(?:pat|oas|dt)-[A-Za-z0-9_.-]{20,255}$/,
    api: 'https://gitlab.com',
    // docs.gitlab.com/api/personal_access_tokens, "Inform a token about itself".
    request: (token) => ({
      path: '/api/v4/personal_access_tokens/self',
      headers: { 'private-token': token },
    }),
    read: async (response) => {
      const parsed = selfInformation.safeParse(await response.json());
      return parsed.success ? parsed.data.scopes : undefined;
    },
  },
};

const selfInformation = z.object({ scopes: z.array(z.string()).max(MOST_SCOPES) });

function isScope(scope: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(scope);
}
