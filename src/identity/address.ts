import { HallpassError } from '../core/errors.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** True for an address of this very machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.has(hostname);
}

/** https, or http on this machine alone: nothing that a network carries may be read by it. Throws ERR_INSECURE_ADDRESS. */
export function requireSecure(address: string | URL, whose: string): URL {
  const url = new URL(address);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url;
  throw new HallpassError('ERR_INSECURE_ADDRESS', `${whose} is at ${url.origin}, which is not https`);
}

/**
 * A hub as a person names it, as an origin: `hub.example` is https, `127.0.0.1:4180` is http. Throws ERR_USAGE,
 * ERR_INSECURE_ADDRESS.
 */
export function hubOrigin(words: string): string {
  const address = words.includes('://') ? words : `${schemeFor(words)}://${words}`;
  if (!URL.canParse(address)) throw notAnAddress(words);
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw notAnAddress(words);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw notAnAddress(words);
  return requireSecure(url, 'the hub').origin;
}

function schemeFor(host: string): 'http' | 'https' {
  const address = `http://${host}`;
  return URL.canParse(address) && isLoopback(new URL(address)) ? 'http' : 'https';
}

function notAnAddress(words: string): HallpassError {
  // A password may stand in it.
  const shown = words.includes('@') ? 'this' : `"${words}"`;
  return new HallpassError('ERR_USAGE', `${shown} is not the address of a hub`, {
    hint: 'For example: hallpass login https://hub.example.com',
  });
}
