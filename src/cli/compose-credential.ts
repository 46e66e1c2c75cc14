import { minterFor } from '../app/credentials.ts';
import { LiveCredential } from '../app/live-credential.ts';
import type { Keys, OpenSession } from '../app/connect.ts';
import type { Auth, Connection, CredentialSource } from '../app/project-file.ts';
import type { KnownValues } from '../core/mask/known-values.ts';
import type { StoredSecrets } from '../core/mask/restoring.ts';
import { requireSecure } from '../identity/address.ts';
import type { Secret } from '../core/secret.ts';
import { childVariables } from '../identity/child-variables.ts';
import { headerSecrets } from '../identity/header-secrets.ts';
import { GrantBook } from '../identity/oauth/grants.ts';
import { makeKnown } from '../identity/make-known.ts';
import type { Minted, Minter } from '../identity/minters/minter.ts';
import { profileName } from '../identity/profile.ts';
import type { Environment } from '../platform/environment.ts';
import type { Paths } from '../platform/paths.ts';
import type { JobIdentity } from './compose-ci.ts';
import { identityOf, minterDeps, openStore } from './compose-identity.ts';
import { SecretBook } from '../identity/secret-book.ts';

interface Context {
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile: string | undefined;
  readonly ci?: JobIdentity | undefined;
}

/**
 * Makes known to a session what `secret add` stored, and every token that a server's authorization server gave. Without
 * keys that last nothing could be stored.
 */
export function addStoredSecrets(
  known: KnownValues,
  keys: Keys,
  { paths, profile }: Pick<Context, 'paths'> & { readonly profile: string },
): void {
  if (!keys.persistent) return;
  const store = openStore(keys, paths);
  new SecretBook(store).addTo(known);
  new GrantBook(profile, store).addTo(known);
}

/** What `secret add` stored, for a policy that has it put back. Read when a policy names it. */
export function storedSecrets(keys: Keys, { paths }: Pick<Context, 'paths'>): StoredSecrets | undefined {
  if (!keys.persistent) return undefined;
  return { find: (name) => new SecretBook(openStore(keys, paths)).restorable(name) };
}

/** The credential that an HTTP server wants, minted once already: what fails, fails before any client comes. */
export async function openCredential(
  { connection, url, auth }: { connection: string; url: string; auth: Auth },
  session: OpenSession,
  context: Context,
): Promise<LiveCredential> {
  const { origin } = requireSecure(url, 'a server that is shown a credential');
  const minter = await minterFor(auth.bearer, minterDeps(identityOf(session.keys, context)));
  const kept = auth.bearer === 'hub-jwt' ? await keptIn(session, connection, context) : undefined;
  const request = { connection: auth.connection ?? connection, scopes: auth.scopes };
  const credential = new LiveCredential({
    origin,
    mint: () => (kept?.minter(minter) ?? minter).mint(request),
    onMinted: makesKnown(session, `the credential of ${connection}`),
    onTrouble: session.onTrouble,
    now: Date.now,
    ...(kept && { onClosed: kept.close }),
  });
  await credential.valueFor(origin);
  return credential;
}

// Should hallpass be killed, the next one ends what is there by then.
async function keptIn({ id, keys }: OpenSession, connection: string, context: Context) {
  const [{ leftoversOf }, { keptTokens }] = await Promise.all([
    import('./compose-leftovers.ts'),
    import('../identity/minters/hub-jwt.ts'),
  ]);
  const profile = profileName(context.profile ?? context.environment.profile);
  const leftovers = leftoversOf(id, { ...context, keys, profile, ci: context.ci });
  const keeper = leftovers.keeperFor(connection);
  return { minter: (minter: Minter) => keptTokens(minter, keeper), close: () => leftovers.close() };
}

/** The variables that a server's command gets from elsewhere than its file. */
export async function openVariables(
  connection: string,
  target: Extract<Connection, { command: string }>,
  input: { session: OpenSession; context: Context },
): Promise<Record<string, string>> {
  const from = Object.entries(target.env_from ?? {});
  if (from.length === 0) return {};
  const { session, context } = input;
  const deps = minterDeps(identityOf(session.keys, context));
  const sources = await Promise.all(
    from.map(async ([name, source]: [string, CredentialSource]) => ({
      name,
      minter: await minterFor(source, deps),
    })),
  );
  return childVariables(sources, connection, makesKnown(session, `a variable of ${connection}`));
}

/** The headers that a server wants and that its connection takes from elsewhere. */
export async function openHeaders(
  connection: string,
  target: Extract<Connection, { url: string }>,
  input: { session: OpenSession; context: Context },
): Promise<Record<string, Secret>> {
  const from = Object.entries(target.headers_from ?? {});
  if (from.length === 0) return {};
  const { origin } = requireSecure(target.url, 'a server that is shown a credential');
  const { session, context } = input;
  const deps = minterDeps(identityOf(session.keys, context));
  const sources = await Promise.all(
    from.map(async ([name, source]) => {
      const [, before = '', rest] =
        typeof source === 'string' ? (/^(.* )?(secret:.*)$/.exec(source) ?? []) : [];
      return { name, before, minter: await minterFor(rest ?? source, deps) };
    }),
  );
  return headerSecrets(sources, { connection, origin }, makesKnown(session, `a header of ${connection}`));
}

function makesKnown({ masker, onCredential }: OpenSession, source: string): (minted: Minted) => void {
  return ({ credential }) => {
    makeKnown(masker.known, credential, source);
    onCredential?.(credential);
  };
}
