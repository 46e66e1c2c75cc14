import { Secret } from '../core/secret.ts';
import { requireSecure } from './address.ts';
import type { Fetch } from './ask.ts';
import { type Introspection, providerName, tokenScopes } from './token-scopes.ts';

/** The credentials that a server is given, and what they are known to permit. */
export class PresentedTokens {
  readonly #introspection: Introspection;
  readonly #presented: Secret[] = [];
  #scopes: readonly string[] | undefined;

  /** Throws ERR_INSECURE_ADDRESS. */
  constructor(introspection: Introspection) {
    if (introspection.api !== undefined) requireSecure(introspection.api, 'who is asked about tokens');
    this.#introspection = introspection;
  }

  /** What all of them permit together; undefined: nobody has said. */
  get scopes(): readonly string[] | undefined {
    return this.#scopes;
  }

  /** The server is shown this, with a scheme before it perhaps. */
  present(value: string | Secret): void {
    const text = typeof value === 'string' ? value : value.reveal();
    this.#presented.push(new Secret(text.replace(/^(?:Bearer|token|Basic) /i, '')));
  }

  /** Asks about each whose provider the connection names, and says what came of it. */
  async learn(open: () => Promise<Fetch>, note: (line: string) => void): Promise<void> {
    const values = new Set(this.#presented.map((secret) => secret.reveal()));
    const ask = await open();
    const name = providerName(this.#introspection);
    for (const value of values) {
      const found = await tokenScopes(new Secret(value), this.#introspection, ask);
      if (found === undefined) continue;
      if ('why' in found)
        note(`what a token of ${name} that this server gets may do is not known: ${found.why}`);
      else {
        this.#scopes = [...new Set([...(this.#scopes ?? []), ...found.scopes])];
        note(
          `a token of ${name} that this server gets may do: ${found.scopes.join(', ') || 'nothing special'}`,
        );
      }
    }
  }
}
