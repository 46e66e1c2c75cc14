import type { Context, Hono } from 'hono';

import { LIMITS } from '../../core/limits.ts';
import type { RunningCheckpoint, StoredSession, UploadFile } from '../db/database.ts';
import { readBody, readJson } from '../http/body.ts';
import { type AuthDeps, authenticate } from '../http/context.ts';
import { badRequest, HttpError, noSuchSession } from '../http/errors.ts';
import type { KeyedQueue } from '../keyed-queue.ts';
import { shownState, takeCheckpoint } from '../sessions/checkpoints.ts';
import { acceptance, type Accepted, seal, type SealingDeps, type SealRequest } from '../sessions/sealing.ts';
import { ownSession, refuseOthers, takeChunk } from '../sessions/uploads.ts';

export interface SessionDeps extends AuthDeps, SealingDeps {
  /** One task at a time for each session. */
  readonly queue: KeyedQueue;
}

const DEFAULT_PAGE = 100;

/** Upload, seal, list and read sessions. */
export function sessionRoutes(app: Hono, deps: SessionDeps): void {
  app.put('/sessions/:id/:file{log|payloads}/:offset{[0-9]+}', (context) => putChunk(context, deps));
  app.get('/sessions/:id/state', (context) => showState(context, deps));
  app.post('/sessions/:id/checkpoint', (context) => postCheckpoint(context, deps));
  app.post('/sessions/:id/seal', (context) => postSeal(context, deps));
  app.get('/sessions', (context) => list(context, deps));
  app.get('/sessions/:id', (context) => show(context, deps));
  app.get('/sessions/:id/:file{log|payloads}', (context) => readFile(context, deps));
  app.get('/sessions/:id/:part{checkpoint|signature}', (context) => readSeal(context, deps));
}

async function putChunk(context: Context, deps: SessionDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'sessions:write');
  const offset = Number(context.req.param('offset'));
  if (!Number.isSafeInteger(offset)) throw badRequest('the offset is too large');
  const session = idOf(context);
  await refuseOthers(caller, session, deps);
  const chunk = {
    session,
    file: context.req.param('file') as UploadFile,
    offset,
    body: await readBody(context, LIMITS.uploadBodyBytes),
    digest: context.req.header('content-digest'),
  };
  const isNew = await deps.queue.run(chunk.session, () => takeChunk(caller, chunk, deps));
  return context.body(null, isNew ? 201 : 200);
}

async function showState(context: Context, deps: SessionDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'sessions:write');
  const { state, log, payloads } = await ownSession(caller, idOf(context), deps);
  return context.json({ state, log, payloads });
}

async function postCheckpoint(context: Context, deps: SessionDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'sessions:write');
  const { checkpoint, signature } = await readJson(context);
  if (typeof checkpoint !== 'string' || typeof signature !== 'string')
    throw badRequest('checkpoint and signature have to be texts');
  const request = { session: idOf(context), checkpoint, signature };
  await ownSession(caller, request.session, deps);
  const { accepted, isNew } = await deps.queue.run(request.session, () =>
    takeCheckpoint(caller, request, deps),
  );
  return context.json(running(accepted), isNew ? 201 : 200);
}

async function postSeal(context: Context, deps: SessionDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'sessions:write');
  const request = sealRequest(idOf(context), await readJson(context));
  await ownSession(caller, request.session, deps);
  const accepted = await deps.queue.run(request.session, () => seal(caller, request, deps));
  return context.json(answer(accepted));
}

function sealRequest(session: string, body: Readonly<Record<string, unknown>>): SealRequest {
  const { checkpoint, signature, log_bytes: logBytes, payload_bytes: payloadBytes } = body;
  if (typeof checkpoint !== 'string' || typeof signature !== 'string')
    throw badRequest('checkpoint and signature have to be texts');
  if (typeof logBytes !== 'number' || typeof payloadBytes !== 'number')
    throw badRequest('log_bytes and payload_bytes have to be numbers');
  return { session, checkpoint, signature, logBytes, payloadBytes };
}

function running({ size, checkpoint, signature, acceptedAt, cosignature }: RunningCheckpoint): object {
  return { size, checkpoint, signature, accepted_at: acceptedAt, cosignature };
}

function answer(accepted: Accepted): object {
  return {
    session: accepted.session,
    state: 'accepted',
    attested: accepted.attested,
    accepted_at: accepted.acceptedAt,
    leaf: accepted.leaf.toString('base64'),
    index: accepted.index,
    proof: accepted.proof.map((hash) => hash.toString('base64')),
    checkpoint: accepted.checkpoint,
  };
}

async function list(context: Context, deps: SessionDeps): Promise<Response> {
  const caller = await authenticate(context, deps, 'sessions:read');
  const limit = Number(context.req.query('limit') ?? DEFAULT_PAGE);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.sessionsPage)
    throw badRequest(`limit is between 1 and ${LIMITS.sessionsPage}`);
  const before = context.req.query('before');
  const found = await deps.database.sessions.list({
    limit,
    ...(before !== undefined && { before }),
    ...(!caller.isAuditor && { owner: caller.owner }),
  });
  return context.json({ sessions: found.map((session) => summary(session, deps)) });
}

async function show(context: Context, deps: SessionDeps): Promise<Response> {
  const session = await readable(context, deps);
  if (session.state === 'accepted')
    return context.json({ ...summary(session, deps), ...answer(await acceptance(session.id, deps)) });
  const last = await deps.database.checkpoints.find(session.id);
  return context.json({
    ...summary(session, deps),
    ...(last !== undefined && { last_checkpoint: running(last) }),
  });
}

async function readFile(context: Context, deps: SessionDeps): Promise<Response> {
  const session = await readable(context, deps);
  const file = context.req.param('file') as UploadFile;
  const size = session[file];
  context.header('content-type', 'application/octet-stream');
  context.header('content-length', String(size));
  return context.body(deps.blobs.stream({ session: session.id, file }, size));
}

async function readSeal(context: Context, deps: SessionDeps): Promise<Response> {
  const { seal: found } = await readable(context, deps);
  if (found === undefined)
    throw new HttpError(404, { code: 'ERR_NO_SUCH_SESSION', message: 'the session is not sealed' });
  return context.text(found[context.req.param('part') as keyof typeof found]);
}

async function readable(context: Context, deps: SessionDeps): Promise<StoredSession> {
  const caller = await authenticate(context, deps, 'sessions:read');
  const session = await deps.database.sessions.find(idOf(context));
  if (session === undefined || (session.owner !== caller.owner && !caller.isAuditor)) throw noSuchSession();
  return session;
}

function summary(session: StoredSession, { now }: Pick<SessionDeps, 'now'>): object {
  const { id, kind, connection, subject, started_at, ended_at, events, findings } = session;
  const state = shownState(session, now());
  return { session: id, kind, connection, subject, started_at, ended_at, events, findings, state };
}

function idOf(context: Context): string {
  const id = context.req.param('id') ?? '';
  if (!/^[0-9a-z]{12}$/.test(id)) throw noSuchSession();
  return id;
}
