import type { AuthorizeDeps } from '../app/authorize-server.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { reasonOf } from '../identity/ask.ts';
import { requireProfile } from '../identity/id-token.ts';
import { readEnvironment } from '../platform/environment.ts';
import { proxyFetch } from '../platform/network.ts';
import { hallpassPaths } from '../platform/paths.ts';
import { openDeviceVault } from './compose.ts';
import { identityOf } from './compose-identity.ts';
import { oauthParts, type OAuthTarget, personWith } from './compose-oauth.ts';
import type { ShowAuthorization } from './present-authorize.ts';

/** What the command `authorize` needs. */
export async function authorizeDeps(
  target: OAuthTarget,
  { profile, show }: { profile: string | undefined; show: ShowAuthorization },
): Promise<AuthorizeDeps> {
  const environment = readEnvironment();
  const paths = hallpassPaths(environment);
  const keys = await openDeviceVault(environment, paths);
  // Refuses where nothing can be kept: it would have been for nothing.
  const { state } = identityOf(keys, { environment, paths, profile });
  requireProfile(state);
  const whose = { environment, paths, profile: state.profile };
  return {
    ...oauthParts(target, keys, whose),
    person: personWith(show, environment),
    probe,
    // Nothing is shown or recorded here in which it could turn up.
    onSecret: () => undefined,
    signal: new AbortController().signal,
  };
}

// Whoever is let in is told that there is no session, or that all is well; nothing begins by it.
async function probe(server: URL): Promise<{ status: number; wwwAuthenticate: string[] }> {
  const response = await askServer(server);
  const said = response.headers.get('www-authenticate');
  await response.body?.cancel();
  return { status: response.status, wwwAuthenticate: said === null ? [] : [said] };
}

async function askServer(server: URL): Promise<Response> {
  try {
    return await proxyFetch()(server.href, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      signal: AbortSignal.timeout(LIMITS.hubRequestMs),
    });
  } catch (cause) {
    const why = `${server.origin} can not be reached (${reasonOf(cause)})`;
    throw new HallpassError('ERR_UPSTREAM', why, { cause });
  }
}
