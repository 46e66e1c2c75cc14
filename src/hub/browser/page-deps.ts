import type { Context } from 'hono';

import type { CentralRules } from '../../core/mask/central/central.ts';
import type { ApprovalDesk, Viewer } from '../approvals/approval-desk.ts';
import { type HubConfig, isNamed } from '../config.ts';
import type { Database } from '../db/database.ts';
import { badRequest, HttpError } from '../http/errors.ts';
import type { Blobs } from '../sessions/blobs.ts';
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts';
import type { Cookies } from './cookies.ts';
import type { SignIn } from './sign-in.ts';

export interface PageDeps {
  readonly config: HubConfig;
  /** The hub's origin. */
  readonly hub: string;
  readonly issuer: string;
  readonly desk: ApprovalDesk;
  readonly database: Database;
  readonly blobs: Blobs;
  readonly signIn: SignIn;
  readonly browsers: BrowserSessions;
  readonly cookies: Cookies;
  /** What the policy in force has masked; undefined: no more than rules that ship. */
  readonly masking: () => CentralRules | undefined;
  readonly now: () => number;
}

/** Somebody signed in, by their cookie. */
export interface Present {
  readonly browser: BrowserSession;
  readonly viewer: Viewer;
}

/** Who is looking; undefined: nobody who is signed in. */
export async function presentAt(context: Context, deps: PageDeps): Promise<Present | undefined> {
  const { browsers, cookies, config, issuer } = deps;
  const browser = await browsers.find(cookies.read(context, 'session'));
  if (browser === undefined) return undefined;
  const { subject, groups } = browser;
  const isAuditor = isNamed(config.admins, browser) || isNamed(config.auditors, browser);
  return { browser, viewer: { subject, groups, owner: `${issuer}|${subject}`, isAuditor } };
}

/** A browser that wants a page, rather than a client of the API. */
export function wantsPage(context: Context): boolean {
  if (context.req.header('authorization') !== undefined) return false;
  return /\btext\/html\b/.test(context.req.header('accept') ?? '');
}

/** A form of ours as a browser posts it, rather than a client of the API. */
export function isForm(context: Context): boolean {
  if (context.req.header('authorization') !== undefined) return false;
  return /^application\/x-www-form-urlencoded\b/i.test(context.req.header('content-type') ?? '');
}

/**
 * Refuses a form that another site's page has sent: browsers say where it comes from, in two headers that no page can
 * change (Fetch, "append a request Origin header"; Fetch Metadata). Throws 403.
 */
export function requireOwnOrigin(context: Context, { hub }: PageDeps): void {
  const site = context.req.header('sec-fetch-site');
  const isOurs = context.req.header('origin') === hub && (site === undefined || site === 'same-origin');
  if (!isOurs)
    throw new HttpError(403, {
      code: 'ERR_DENIED',
      message: 'this form was not sent from a page of this hub',
    });
}

/** Where somebody wanted to go: only pages of ours, so that the way in leads nowhere else. */
export function placeOf(to: string | undefined): string {
  return to !== undefined && PLACE.test(to) ? to : '/approvals';
}

const PLACE = /^\/(?:approvals(?:\/apr_[0-9a-f]{20})?|sessions\/[0-9a-z]{12})$/;

/** A field that a form of ours has. Throws 400. */
export function field(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw badRequest(`${name} is missing`);
  return value;
}
