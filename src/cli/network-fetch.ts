import { carefulFetch, type Fetch } from '../identity/ask.ts';

let fetching: Promise<Fetch> | undefined;

/** `fetch` as hubs and issuers are asked: by the machine's proxies, and carefully. Loads when it is first used. */
export function networkFetch(): Promise<Fetch> {
  fetching ??= import('../platform/network.ts').then(({ proxyFetch }) => carefulFetch(proxyFetch()));
  return fetching;
}
