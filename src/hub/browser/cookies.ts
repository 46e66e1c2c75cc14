import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

import { LIMITS } from '../../core/limits.ts';

type Kind = 'session' | 'sign-in';

/** The two cookies of the hub's pages. No script sees them. */
export class Cookies {
  readonly #isSecure: boolean;
  readonly #suffix: string;

  /** `hub`: its origin. */
  constructor(hub: string) {
    const { protocol, port } = new URL(hub);
    this.#isSecure = protocol === 'https:';
    // Cookies know no ports (RFC 6265 section 8.5): two hubs on one machine would overwrite each other's.
    this.#suffix = this.#isSecure ? '' : `-${port || '80'}`;
  }

  read(context: Context, kind: Kind): string | undefined {
    return getCookie(context, this.#name(kind));
  }

  /** Empty: takes it away. */
  write(context: Context, kind: Kind, value: string): void {
    const life = kind === 'session' ? LIMITS.browserSessionMs : LIMITS.browserLoginMs;
    setCookie(context, this.#name(kind), value, {
      path: '/',
      httpOnly: true,
      secure: this.#isSecure,
      // The issuer, which is another site, sends the browser back: a strict one would stay behind.
      sameSite: kind === 'session' ? 'Strict' : 'Lax',
      maxAge: value === '' ? 0 : life / 1000,
    });
  }

  // RFC 6265bis section 4.1.3.2: nobody but this very host, over TLS, can have set a cookie of such a name.
  #name(kind: Kind): string {
    return `${this.#isSecure ? '__Host-' : ''}hallpass-${kind}${this.#suffix}`;
  }
}
