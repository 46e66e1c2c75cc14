import type { OpenSession } from '../app/connect.ts';
import type { Connection } from '../app/project-file.ts';
import { LIMITS } from '../core/limits.ts';
import { holdsSecret } from '../core/mask/headers.ts';
import type { Environment } from '../platform/environment.ts';
import { proxyDispatcher } from '../platform/network.ts';
import type { Paths } from '../platform/paths.ts';
import { hallpassVersion } from '../platform/version.ts';
import type { Upstream } from '../proxy/proxy.ts';
import type { UpstreamAuthorization } from '../proxy/upstream/authorization.ts';
import { EitherUpstream, HttpForAll, sseUpstream } from '../proxy/upstream/by-url.ts';
import type { HttpUpstream } from '../proxy/upstream/http.ts';
import type { JobIdentity } from './compose-ci.ts';
import { openCredential, openHeaders } from './compose-credential.ts';
import { openOAuth } from './compose-oauth.ts';
import type { ConnectPresenter } from './present-connect.ts';

type HttpTarget = Extract<Connection, { url: string }>;

interface InSession {
  readonly session: OpenSession;
  readonly context: {
    readonly ci: JobIdentity | undefined;
    readonly environment: Environment;
    readonly paths: Paths;
    readonly profile: string;
    readonly presenter: Pick<ConnectPresenter, 'trouble' | 'authorize'>;
  };
}

/** Whether a server speaks the old HTTP+SSE transport. */
export function isOld({ type }: HttpTarget): boolean {
  return type === 'sse';
}

/** What stands before a server with an address. */
export async function openUrl(
  { connection, client }: { connection: string; client: { kind: 'stdio' | 'http' } },
  target: HttpTarget,
  input: InSession,
): Promise<Upstream> {
  const parts = await serverParts(connection, target, input);
  const all = { ...parts, pending: input.session.pending, isNew: target.type === 'http' };
  if (isOld(target)) return sseUpstream(all, client.kind);
  return client.kind === 'stdio' ? new EitherUpstream(all, 'stdio') : new HttpForAll(all);
}

/** What the file says to show the server; else, where that says nothing of it, OAuth in case that it wants it. */
async function openAuthorization(
  connection: string,
  target: HttpTarget,
  { session, context }: InSession,
): Promise<UpstreamAuthorization | undefined> {
  const { url, auth, headers, headers_from } = target;
  if (auth !== undefined) return openCredential({ connection, url, auth }, session, context);
  const given = Object.keys({ ...headers, ...headers_from });
  if (given.some((name) => name.toLowerCase() === 'authorization')) return undefined;
  return openOAuth({ connection, target, show: context.presenter.authorize?.(connection) }, session, context);
}

async function serverParts(
  connection: string,
  target: HttpTarget,
  { session, context }: InSession,
): Promise<ConstructorParameters<typeof HttpUpstream>[0]> {
  const { url, headers } = target;
  const authorization = await openAuthorization(connection, target, { session, context });
  return {
    url,
    authorization,
    headers,
    secretHeaders: await openHeaders(connection, target, { session, context }),
    dispatcher: proxyDispatcher({
      connect: { timeout: LIMITS.httpConnectMs },
      headersTimeout: 0,
      bodyTimeout: 0,
    }),
    userAgent: `hallpass/${hallpassVersion()}`,
    maskText: (bytes) => session.masker.strict.maskText(bytes).bytes,
    holdsSecret: (name, value) => holdsSecret(name, value, session.masker),
    onTrouble: (what) => {
      session.onTrouble(what);
      context.presenter.trouble(what);
    },
    settle: (lane, id) => session.pending.settle('to_server', lane.scope, id),
  };
}
