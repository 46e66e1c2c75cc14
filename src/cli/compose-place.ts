import type { Ends, OpenSession } from '../app/connect.ts';
import type { Auth, Connection } from '../app/project-file.ts';
import { placeOf } from '../core/policy/baseline.ts';
import { isLoopback } from '../identity/address.ts';
import type { Principal } from '../core/policy/call.ts';
import type { ToolPlace } from '../core/policy/evaluate.ts';
import type { Environment } from '../platform/environment.ts';
import { networkFetch } from './network-fetch.ts';

/** What the credentials of a server are known to permit, once they are. */
export interface LearntScopes {
  scopes: readonly string[] | undefined;
}

/** Where calls of a connection go and whose they are, for policies. */
export function placeFor(
  { connection, target }: { connection: string; target: Connection },
  principal: Principal,
  learnt: LearntScopes,
): ToolPlace {
  const kind = 'url' in target ? credentialKind(target.auth) : 'none';
  const asked = 'url' in target ? target.auth?.scopes : undefined;
  return {
    ...placeOf(connection),
    environment: target.environment ?? '',
    principal,
    // Learnt when the ends are open, before the first call.
    get credential() {
      return learnt.scopes === undefined
        ? { kind, scopes: asked }
        : { kind: 'static', scopes: learnt.scopes };
    },
  };
}

/** Why no secret is put back in calls of a connection, whatever policies say; undefined: what they name is. */
export function whyUnrestored({
  target,
  isNamed,
}: {
  target: Connection;
  isNamed: boolean;
}): string | undefined {
  if (!isNamed) return 'no hallpass.yaml names this connection';
  if (!('url' in target)) return undefined;
  const url = new URL(target.url);
  return url.protocol === 'https:' || isLoopback(url) ? undefined : 'the address of the server is not https';
}

function credentialKind(auth: Auth | undefined): string {
  if (auth === undefined) return 'none';
  if (typeof auth.bearer !== 'string') return 'exec';
  return auth.bearer === 'hub-jwt' ? 'hub-jwt' : 'static';
}

interface InSession {
  readonly session: OpenSession;
  readonly context: {
    readonly environment: Environment;
    readonly learnt: LearntScopes;
    readonly presenter: { note(line: string): void };
  };
}

/**
 * Opens the ends, and learns meanwhile what the tokens permit that the server gets, where its connection says whom to ask:
 * before the first call is decided on.
 */
export async function learningScopes(
  { target, open }: { target: Connection; open: (session: OpenSession) => Promise<Ends> },
  { session, context }: InSession,
): Promise<Ends> {
  const { credential } = target;
  if (credential === undefined) return open(session);
  const { PresentedTokens } = await import('../identity/presented-tokens.ts');
  const tokens = new PresentedTokens({ provider: credential.introspect, api: credential.api });
  for (const value of writtenOut(target, context.environment)) tokens.present(value);
  const ends = await open({ ...session, onCredential: (minted) => tokens.present(minted) });
  await tokens.learn(networkFetch, (line) => context.presenter.note(line));
  context.learnt.scopes = tokens.scopes;
  return ends;
}

// A command gets the whole environment.
function writtenOut(target: Connection, { variables }: Environment): readonly string[] {
  const given = 'url' in target ? { ...target.headers } : { ...variables, ...target.env };
  return Object.values(given).filter((value) => value !== undefined);
}
