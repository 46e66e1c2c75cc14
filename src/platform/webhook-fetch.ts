import { lookupNoNearer, refuseNearer } from './address-class.ts';
import { proxyFetch } from './network.ts';

const PUBLIC = 0;

/**
 * `fetch` for webhooks. Their addresses come from hub.yaml, which is trusted; what their names lead to, others say: unless
 * one is meant to be in this network, it reaches no address of it. Where a proxy is in between, it is the proxy that connects.
 */
export function webhookFetch({ isPrivate }: { readonly isPrivate: boolean }): typeof fetch {
  if (isPrivate) return proxyFetch();
  const outside = proxyFetch({ lookup: lookupNoNearer(PUBLIC) });
  const ask = async (input: string, init?: RequestInit): Promise<Response> => {
    refuseNearer(new URL(input), PUBLIC);
    return outside(input, init);
  };
  return ask as typeof fetch;
}
