import { customFetch, protectedResourceRequest, WWWAuthenticateChallengeError } from 'oauth4webapi';

/** What a server that refuses says it wants (RFC 6750 section 3, RFC 9728 section 5.1). All of it is attacker-controlled. */
export interface Asked {
  /** `insufficient_scope`, `invalid_token`… */
  readonly error: string | undefined;
  /** Undefined: it names none. */
  readonly scopes: readonly string[] | undefined;
  /** Where it describes itself. */
  readonly metadataUrl: string | undefined;
}

/** Reads `WWW-Authenticate`. What is no Bearer challenge asks for nothing in particular. */
export async function readChallenge(values: readonly string[]): Promise<Asked> {
  const parameters = await bearerParameters(values);
  return {
    error: parameters['error'],
    scopes: parameters['scope'] === undefined ? undefined : scopesIn(parameters['scope']),
    metadataUrl: parameters['resource_metadata'],
  };
}

/** The scopes of a `scope` parameter (RFC 6749 section 3.3); what can be none is left out. */
export function scopesIn(text: string): string[] {
  return [...new Set(text.split(' '))].filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
}

// The library has the grammar but no function for it alone: it is shown the refusal as an answer that came in.
async function bearerParameters(
  values: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  if (values.length === 0) return {};
  const headers = { 'www-authenticate': values.join(', ') };
  const refusal = (): Promise<Response> => Promise.resolve(new Response(null, { status: 401, headers }));
  try {
    const options = { [customFetch]: refusal };
    await protectedResourceRequest('none', 'GET', new URL('https://localhost'), undefined, null, options);
    return {};
  } catch (error) {
    if (!(error instanceof WWWAuthenticateChallengeError)) throw error;
    return { ...error.cause.find(({ scheme }) => scheme === 'bearer')?.parameters };
  }
}
