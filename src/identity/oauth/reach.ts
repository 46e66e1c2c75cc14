import { HallpassError } from '../../core/errors.ts';
import { holdsUserInfo } from '../../core/user-info.ts';
import { isLoopback, requireSecure } from '../address.ts';
import { carefulFetch, type Fetch } from '../ask.ts';

/**
 * Refuses an address that a server, or whom it names, has no business sending us to: all of them are attacker-controlled.
 * https, or http on this machine; and this machine only for a server that is on it. Throws ERR_INSECURE_ADDRESS, ERR_OAUTH.
 */
export function requireReachable(address: string | URL, server: URL): URL {
  const url = requireSecure(address, 'a part of the authorization');
  if (holdsUserInfo(url.href))
    throw new HallpassError('ERR_OAUTH', `an address at ${url.host} holds a user name or password`);
  if (isLoopback(url) && !isLoopback(server))
    throw new HallpassError('ERR_OAUTH', `${server.origin} sends us to ${url.origin}, which is this machine`);
  return url;
}

/** How authorization servers are asked on behalf of a server: with all rules of `carefulFetch`, and where we may go. */
export function oauthFetch(base: Fetch, server: URL): Fetch {
  const careful = carefulFetch(base);
  return async (input, init) => {
    requireReachable(input instanceof Request ? input.url : input, server);
    return careful(input, init);
  };
}
