import { parseArgs } from 'node:util';

import { mintFromCache, scopesIn } from '../app/mint.ts';
import type { MintRequest } from '../identity/minters/minter.ts';
import { mintDeps, openIdentity } from './compose-identity.ts';
import { presentToken } from './present-mint.ts';
import type { Terminal } from './terminal.ts';

/** What `mint` is asked for. */
export interface MintWords {
  readonly request: MintRequest;
  readonly profile: string | undefined;
  readonly json: boolean;
}

/**
 * Prints a token that is in the cache without loading the command, which takes longer than all the rest of it. False:
 * nothing was printed, and the command has to be run; it finds the vault open.
 */
export async function printCachedToken(words: readonly string[], terminal: Terminal): Promise<boolean> {
  const plain = plainWords(words);
  if (plain === undefined) return false;
  const { cache } = mintDeps(await openIdentity(plain.profile));
  const token = mintFromCache(plain.request, cache);
  if (token === undefined) return false;
  presentToken(token, { json: plain.json, terminal });
  return true;
}

/** Words after `mint` that can only mean this; undefined where the command's own parser has to judge. */
export function plainWords(words: readonly string[]): MintWords | undefined {
  const [connection = ''] = words;
  // oclif's flag takes all the words behind it for scopes: so the connection stands first, and nothing stands alone.
  const flags = connection === '' || connection.startsWith('-') ? undefined : flagsIn(words.slice(1));
  if (flags === undefined) return undefined;
  const { json = false, profile: [profile, second] = [], scope = [] } = flags;
  if (second !== undefined) return undefined;
  return { request: { connection, scopes: scopesIn(scope) }, profile, json };
}

function flagsIn(words: string[]): { json?: boolean; profile?: string[]; scope?: string[] } | undefined {
  const options = {
    json: { type: 'boolean' },
    profile: { type: 'string', multiple: true },
    scope: { type: 'string', multiple: true },
  } as const;
  try {
    return parseArgs({ args: words, options, allowPositionals: false }).values;
  } catch {
    // What is wrong with them is for the command to say.
    return undefined;
  }
}
