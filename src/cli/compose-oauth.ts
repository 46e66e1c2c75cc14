import process from 'node:process';

import type { Person } from '../app/authorize.ts';
import type { Keys, OpenSession } from '../app/connect.ts';
import type { OAuthSettings } from '../app/project-file.ts';
import { UpstreamOAuth } from '../app/upstream-oauth.ts';
import { HallpassError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { makeKnown } from '../identity/make-known.ts';
import { MemoryStore } from '../identity/memory-store.ts';
import type { ClientChoice } from '../identity/oauth/client.ts';
import { GrantBook } from '../identity/oauth/grants.ts';
import { oauthFetch } from '../identity/oauth/reach.ts';
import { SecretBook } from '../identity/secret-book.ts';
import type { Environment } from '../platform/environment.ts';
import { fetchNoNearerThan } from '../platform/near-fetch.ts';
import type { Paths } from '../platform/paths.ts';
import { openStore } from './compose-identity.ts';
import type { ShowAuthorization } from './present-authorize.ts';

interface Whose {
  readonly environment: Environment;
  readonly paths: Paths;
  readonly profile: string;
}

export interface OAuthTarget {
  readonly url: string;
  readonly oauth?: OAuthSettings | undefined;
}

/** What lets a session in at a server that wants OAuth. Nothing is asked for, nor loaded, before the server does. */
export function openOAuth(
  {
    connection,
    target,
    show,
  }: { connection: string; target: OAuthTarget; show: ShowAuthorization | undefined },
  session: OpenSession,
  whose: Whose,
): UpstreamOAuth {
  const server = serverOf(target.url);
  const onSecret = (secret: Secret): void =>
    makeKnown(session.masker.known, secret, `the authorization at ${connection}`);
  return new UpstreamOAuth({
    ...oauthParts(target, session.keys, whose),
    server,
    onSecret,
    person: show && personWith(show, whose.environment),
    command: `hallpass authorize ${connection === server.host ? server.href : connection}`,
    onTrouble: session.onTrouble,
  });
}

/** What authorizing at a server takes, whoever wants it. */
export function oauthParts(
  target: OAuthTarget,
  keys: Keys,
  { environment, paths, profile }: Whose,
): { book: GrantBook; choice: ClientChoice; ask: typeof fetch; now: () => number; server: URL } {
  const server = serverOf(target.url);
  // Without keys that last what is granted lasts as long as they do.
  const store = keys.persistent ? openStore(keys, paths) : new MemoryStore();
  return {
    server,
    book: new GrantBook(profile, store),
    choice: choiceOf(target.oauth, environment, new SecretBook(store)),
    ask: oauthFetch(fetchNoNearerThan(server), server),
    now: Date.now,
  };
}

/** A person at a browser; undefined in CI, where nobody watches. */
export function personWith(show: ShowAuthorization, environment: Environment): Person | undefined {
  const isWatched = process.stderr.isTTY === true;
  if (environment.ci && !isWatched) return undefined;
  return {
    listen: async (port) => {
      const { LoopbackRedirects } = await import('../platform/redirects.ts');
      return LoopbackRedirects.listen(port);
    },
    show: (url) => {
      void import('../platform/browser.ts').then(({ canOpenBrowser, openBrowser }) => {
        const opens = isWatched && canOpenBrowser(environment);
        show(url, { opens });
        if (opens) openBrowser(url.href);
      });
    },
  };
}

// What follows a # is nothing to a server.
function serverOf(address: string): URL {
  const url = new URL(address);
  url.hash = '';
  return url;
}

function choiceOf(
  settings: OAuthSettings | undefined,
  { clientDocument }: Environment,
  book: SecretBook,
): ClientChoice {
  const { client_id: clientId, client_secret: reference, issuer } = settings ?? {};
  return {
    clientId,
    clientSecret: reference === undefined ? undefined : (origin) => secretFor(origin, reference, book),
    issuer,
    document: clientDocument === undefined ? undefined : documentAt(clientDocument),
  };
}

function secretFor(origin: string, reference: string, book: SecretBook): Secret {
  const { value, origins } = book.get(reference.replace(/^secret:/, ''));
  if (origins.includes(origin)) return value;
  throw new HallpassError(
    'ERR_SECRET_ORIGIN',
    `the client's secret is not sent to ${origin}: it is for ${origins.join(', ') || 'no origin at all'}`,
  );
}

// Client ID Metadata Document, section 3: https, and a path.
function documentAt(address: string): string {
  if (URL.canParse(address) && /^https:\/\/[^/]+\/./.test(address)) return address;
  throw new HallpassError('ERR_CONFIG', 'HALLPASS_OAUTH_CLIENT is not the https address of a document', {
    hint: 'docs/oauth.md shows such a document.',
  });
}
