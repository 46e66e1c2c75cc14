import { lookupNoNearer, nearnessOfHost, refuseNearer } from './address-class.ts';
import { proxyFetch } from './network.ts';

/**
 * `fetch` for addresses that a server has named: none is asked that is nearer than the server itself. A server out there
 * has us look into no private network, one in that network not into this machine. Where a proxy is in between, it is the
 * proxy that connects.
 */
export function fetchNoNearerThan(server: URL): typeof fetch {
  let made: Promise<(input: string, init?: RequestInit) => Promise<Response>> | undefined;
  const ask = async (input: string, init?: RequestInit): Promise<Response> => {
    made ??= make(server);
    return (await made)(input, init);
  };
  return ask as typeof fetch;
}

async function make(server: URL): Promise<(input: string, init?: RequestInit) => Promise<Response>> {
  const limit = await nearnessOfHost(server);
  const base = proxyFetch({ lookup: lookupNoNearer(limit) });
  return async (input, init) => {
    refuseNearer(new URL(input), limit);
    return base(input, init);
  };
}
