import { hash, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';

import { LIMITS } from '../../core/limits.ts';
import type { Database, StoredSession } from '../db/database.ts';
import { conflict, HttpError, noSuchSession, tooLarge } from '../http/errors.ts';
import type { Person } from '../tokens/issuer.ts';
import type { Blobs, Place } from './blobs.ts';

const unpack = promisify(zstdDecompress);

/** Who is asking. */
export interface Caller extends Person {
  /** `<issuer>|<sub>`. */
  readonly owner: string;
}

export interface Chunk extends Place {
  readonly offset: number;
  /** zstd, as sent. */
  readonly body: Buffer;
  /** The Content-Digest header. */
  readonly digest: string | undefined;
}

export interface UploadsDeps {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly now: () => number;
}

/**
 * Takes one chunk of a session. Only the unpacked bytes and where they belong count, so the same upload may be repeated,
 * resumed and cut differently. Returns true when there was something new in it; then it is on the disk.
 */
export async function takeChunk(caller: Caller, chunk: Chunk, deps: UploadsDeps): Promise<boolean> {
  checkDigest(chunk);
  const bytes = await unpacked(chunk.body);
  const session = await begin(caller, chunk, deps);
  const held = session[chunk.file];
  const already = bytes.subarray(0, Math.max(0, held - chunk.offset));
  if (chunk.offset > held) throw gap(held, chunk.offset);
  const stored = await deps.blobs.read(chunk, chunk.offset, already.length);
  if (!stored.equals(already)) throw conflict(`other bytes are there at ${chunk.offset}`);
  if (already.length === bytes.length) return false;
  if (session.state !== 'open') throw conflict(`the session is ${session.state}: it takes no more`);
  const fresh = bytes.subarray(already.length);
  if (session.log + session.payloads + fresh.length > LIMITS.uploadSessionBytes)
    throw tooLarge(`a session may have ${LIMITS.uploadSessionBytes} bytes`);
  await deps.blobs.write(chunk, held, fresh);
  await deps.database.sessions.hold(chunk.session, chunk.file, {
    bytes: held + fresh.length,
    now: deps.now(),
  });
  return true;
}

/**
 * Throws 404 for a session of somebody else; one that isn't there may be begun. Asked before a request waits for those
 * before it: how long the owner's take is nobody's business.
 */
export async function refuseOthers(
  { owner }: Caller,
  id: string,
  { database }: Pick<UploadsDeps, 'database'>,
): Promise<void> {
  const session = await database.sessions.find(id);
  if (session !== undefined && session.owner !== owner) throw noSuchSession();
}

/** The session, if it is the caller's. Throws 404. */
export async function ownSession(
  caller: Caller,
  id: string,
  { database }: Pick<UploadsDeps, 'database'>,
): Promise<StoredSession> {
  const session = await database.sessions.find(id);
  if (session?.owner !== caller.owner) throw noSuchSession();
  return session;
}

async function begin(caller: Caller, chunk: Chunk, { database, now }: UploadsDeps): Promise<StoredSession> {
  const { owner, subject } = caller;
  const known = await database.sessions.find(chunk.session);
  if (known !== undefined && known.owner !== owner) throw noSuchSession();
  if (known !== undefined) return known;
  if (chunk.offset > 0) throw gap(0, chunk.offset);
  const begun = await database.sessions.begin(
    { id: chunk.session, owner, subject, now: now() },
    LIMITS.unsealedUploads,
  );
  if (begun !== undefined) return begun;
  const message = `${LIMITS.unsealedUploads} sessions of yours are not finished`;
  throw new HttpError(429, { code: 'ERR_TOO_MANY_UPLOADS', message });
}

function gap(held: number, offset: number): HttpError {
  return conflict(`there is a gap: ${held} bytes are held, the chunk begins at ${offset}`);
}

// RFC 9530 section 2: a dictionary; ours may stand among others.
function checkDigest({ digest = '', body }: Chunk): void {
  const claimed = Buffer.from(/(?:^|[, ])sha-256=:([A-Za-z0-9+/]+=*):/.exec(digest)?.[1] ?? '', 'base64');
  const found = hash('sha256', body, 'buffer');
  if (claimed.length === found.length && timingSafeEqual(claimed, found)) return;
  throw damaged(claimed.length === 0 ? 'Content-Digest has no sha-256' : 'the digest does not fit the body');
}

async function unpacked(body: Buffer): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: LIMITS.uploadChunkBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(`a chunk may have ${LIMITS.uploadChunkBytes} bytes`);
    throw damaged('the body is not zstd');
  }
}

function damaged(message: string): HttpError {
  return new HttpError(422, { code: 'ERR_CHUNK_DAMAGED', message });
}
