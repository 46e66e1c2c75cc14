import type { LookupFunction } from 'node:net';

import { Agent, Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';

import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from './environment.ts';

/** `fetch` by way of `proxyDispatcher`. */
export function proxyFetch(connect: { readonly lookup?: LookupFunction } = {}): typeof fetch {
  const dispatcher = proxyDispatcher({ connect: { timeout: LIMITS.httpConnectMs, ...connect } });
  // The same fetch as Node's own, of another version; only its types are not the same.
  return ((input: string, init?: object) =>
    undiciFetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
}

/**
 * Reaches servers by way of the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, but this machine itself directly:
 * a proxy would only learn tokens that are no business of its. Certificates in NODE_EXTRA_CA_CERTS are Node's own to
 * honour.
 */
export function proxyDispatcher(options: Agent.Options): Dispatcher {
  const proxies = new EnvHttpProxyAgent(options);
  return proxiesLoopback() ? proxies : new LoopbackDirectly(proxies, new Agent(options));
}

/** True for an origin on this very machine: 127.0.0.0/8, ::1, localhost and names below it (RFC 6761, section 6.3). */
export function isOnLoopback(origin: string | URL): boolean {
  // URL has brought every spelling of an address to one: 127.1, 0x7f000001, ::ffff:127.0.0.1…
  return LOOPBACK.test(new URL(origin).hostname);
}

const LOOPBACK =
  /^(?:127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]|(?:[^.]+\.)*localhost\.?)$/;

// Go and Chrome don't proxy loopback either; Chrome's word for doing it all the same is the one here.
function proxiesLoopback(): boolean {
  const { variables } = readEnvironment();
  const direct = variables['no_proxy'] ?? variables['NO_PROXY'] ?? '';
  return direct.split(/[\s,]/).includes('<-loopback>');
}

class LoopbackDirectly extends Dispatcher {
  readonly #proxies: Dispatcher;
  readonly #direct: Dispatcher;
  /** One connection asks the same server all the time. */
  #last: { readonly origin: string | URL; readonly isDirect: boolean } | undefined;

  constructor(proxies: Dispatcher, direct: Dispatcher) {
    super();
    this.#proxies = proxies;
    this.#direct = direct;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const isDirect = options.origin !== undefined && this.#isDirect(options.origin);
    return (isDirect ? this.#direct : this.#proxies).dispatch(options, handler);
  }

  #isDirect(origin: string | URL): boolean {
    if (typeof origin !== 'string') return isOnLoopback(origin);
    if (this.#last?.origin !== origin) this.#last = { origin, isDirect: isOnLoopback(origin) };
    return this.#last.isDirect;
  }

  override async close(): Promise<void> {
    await Promise.all([this.#proxies.close(), this.#direct.close()]);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#proxies.destroy(), this.#direct.destroy()]);
  }
}
