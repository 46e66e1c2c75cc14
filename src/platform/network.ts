import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';

import { LIMITS } from '../core/limits.ts';

/**
 * `fetch` by way of the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. Certificates in NODE_EXTRA_CA_CERTS are
 * Node's own to honour.
 */
export function proxyFetch(): typeof fetch {
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: LIMITS.httpConnectMs } });
  // The same fetch as Node's own, of another version; only its types are not the same.
  return ((input: string, init?: object) =>
    undiciFetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
}
