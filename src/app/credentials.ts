import { HallpassError } from '../core/errors.ts';
import type { RunCommand } from '../identity/minters/exec.ts';
import type { HubDeps } from '../identity/minters/hub-jwt.ts';
import type { Minter, MintRequest } from '../identity/minters/minter.ts';
import type { SecretBook } from '../identity/secret-book.ts';
import type { CredentialSource, Named } from './project-file.ts';

/** What the minters need; each takes its part. */
export interface MinterDeps {
  readonly hub: HubDeps;
  readonly book: SecretBook;
  readonly run: RunCommand;
  readonly now: () => number;
}

/** Who mints, and what to ask for. */
export interface Choice {
  readonly minter: Minter;
  readonly request: MintRequest;
}

/** The minter of what a connection names as the source of its credential, for the proxy's own use. */
export async function minterFor(source: CredentialSource, deps: MinterDeps): Promise<Minter> {
  if (source === 'hub-jwt') {
    const { hubMinter } = await import('../identity/minters/hub-jwt.ts');
    return hubMinter('proxy', deps.hub);
  }
  if (typeof source === 'string') {
    const { staticMinter } = await import('../identity/minters/static.ts');
    return staticMinter(deps.book, source.replace(/^secret:/, ''));
  }
  const { execMinter } = await import('../identity/minters/exec.ts');
  return execMinter(source.exec, deps);
}

/**
 * The minter for `mint`, which shows what it gets: the hub, which decides itself; or what `connection` names, where that
 * says `use: export`. Throws ERR_DENIED.
 */
export async function exportingMinter(
  asked: MintRequest,
  connection: Named | undefined,
  deps: MinterDeps,
): Promise<Choice> {
  const auth = connection !== undefined && 'auth' in connection ? connection.auth : undefined;
  const request = {
    connection: auth?.connection ?? asked.connection,
    scopes: asked.scopes.length > 0 ? asked.scopes : (auth?.scopes ?? []),
  };
  if (auth === undefined || auth.bearer === 'hub-jwt') {
    const { hubMinter } = await import('../identity/minters/hub-jwt.ts');
    return { minter: hubMinter('export', deps.hub), request };
  }
  if (typeof auth.bearer === 'object' && 'postgres' in auth.bearer) throw commandOnly(asked.connection);
  if (auth.use !== 'export') throw proxyOnly(asked.connection);
  return { minter: await minterFor(auth.bearer, deps), request };
}

// Somebody has to end the role.
function commandOnly(connection: string): HallpassError {
  return new HallpassError('ERR_DENIED', `what "${connection}" gives lasts as long as a command`, {
    hint: `hallpass run --with ${connection} -- COMMAND`,
  });
}

function proxyOnly(connection: string): HallpassError {
  return new HallpassError('ERR_DENIED', `the credential of "${connection}" is for the proxy alone`, {
    hint: `hallpass connect ${connection} uses it for you. "use: export" under its auth lets mint print it.`,
  });
}
