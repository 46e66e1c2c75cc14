import type { IncomingMessage } from 'node:http';

import type { InteractionDetails, KoaContext, Provider } from 'oidc-provider';

import { LIMITS } from '../../core/limits.ts';
import { findAccount } from './accounts.ts';
import { errorPage, loginPage } from './pages.ts';

type Middleware = (context: KoaContext, next: () => Promise<void>) => Promise<void>;

export function interactionPath(mount: string, uid: string): string {
  return `${mount}/interaction/${uid}`;
}

/**
 * The sign-in page. A forged POST from another site comes without the cookie of the interaction (SameSite=Lax, bound to this
 * path), without which the library finds none.
 */
export function interactions(provider: Provider, mount: string): Middleware {
  return async (context, next) => {
    const uid = /^\/interaction\/([\w-]{1,64})$/.exec(context.path)?.[1];
    if (uid === undefined) return next();
    const details = await findInteraction(provider, context);
    context.type = 'html';
    if (details?.uid !== uid) {
      context.status = 400;
      context.body = errorPage('This sign-in has expired. Start again from the terminal.');
      return;
    }
    const form = { action: interactionPath(mount, uid), client: String(details.params['client_id']) };
    context.status = 200;
    if (context.method !== 'POST') {
      context.body = loginPage({ ...form, problem: undefined });
      return;
    }
    const result = resultOf(await readForm(context.req));
    if (result === undefined) {
      context.body = loginPage({ ...form, problem: 'There is no such account here.' });
      return;
    }
    context.respond = false;
    await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
  };
}

async function findInteraction(
  provider: Provider,
  { req, res }: KoaContext,
): Promise<InteractionDetails | undefined> {
  try {
    return await provider.interactionDetails(req, res);
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined;
    throw error;
  }
}

function resultOf(form: URLSearchParams): object | undefined {
  if (form.has('abort')) return { error: 'access_denied', error_description: 'cancelled by the user' };
  const account = findAccount(form.get('login'));
  // The page has said what signing in means: it is the consent, too.
  return account && { login: { accountId: account.name, remember: false }, consent: {} };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMITS.hubBodyBytes) throw new Error('the form is too large');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
