import type { SecretBook } from '../secret-book.ts';
import { irrevocable, type Minter } from './minter.ts';

/** A secret that a person stored, as it is. */
export function staticMinter(book: SecretBook, name: string): Minter {
  return {
    mint: async () => {
      const { value, origins } = book.get(name);
      const scopes: string[] = [];
      return Promise.resolve({
        credential: value,
        tokenType: 'Bearer',
        scopes,
        expiresAt: undefined,
        origins,
        renewable: false,
        revoke: irrevocable,
      });
    },
  };
}
