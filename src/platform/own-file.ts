import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';
import process from 'node:process';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { ensureDirectory, openForReading, replaceFile } from './files.ts';

/** A file of this person's own, or why it is not taken for that. */
export type OwnFile = { readonly text: string } | { readonly unusable: string };

/**
 * Reads a file by which a person loosens something. It is theirs only if nobody else can write it or put another in its
 * place, and nobody brought it with the project. Undefined: there is none.
 *
 * @throws {HallpassError} ERR_CONFIG for one of more than `limit` bytes
 */
export function readOwnFile(
  path: string,
  { limit, project }: { readonly limit: number; readonly project: string },
): OwnFile | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  try {
    const { size, uid, mode } = fstatSync(fd);
    if (size > limit)
      throw new HallpassError('ERR_CONFIG', `${path} has ${size} bytes, more than it may have`);
    if (isWithin(path, project)) return { unusable: 'it lies in the project' };
    const unusable = whyNotWrittenAlone({ uid, mode }) ?? whyNotOwn(path);
    if (unusable !== undefined) return { unusable };
    return { text: readFileSync(fd, 'utf8') };
  } finally {
    closeSync(fd);
  }
}

/**
 * Why a file at `path`, be it there or not, is not taken for this person's own whoever wrote it: somebody else can put
 * another in its place, as they can write a directory on the way. What OpenSSH's StrictModes asks of `authorized_keys`.
 */
export function whyNotOwn(path: string): string | undefined {
  const user = process.geteuid?.();
  // Windows has neither owners nor modes of this kind.
  if (user === undefined) return undefined;
  let at = path;
  for (let hops = 0; hops <= LIMITS.ownFileLinks; hops += 1) {
    const next = linkedTo(at);
    const why = whyOpen(dirname(at), { user, isBehindLink: at !== path && next === undefined });
    if (why !== undefined || next === undefined) return why;
    at = next;
  }
  return 'it is a link to a link, and so on';
}

/**
 * Refuses a file of this person's own by which they say what runs here, and under what rules: to go on without it could be
 * less than they ask for.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function requireOwnFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  const why = whyNotWrittenAlone(found) ?? whyNotOwn(path);
  if (why === undefined) return;
  throw new HallpassError('ERR_CONFIG', `${path} is not used: ${why}`, {
    hint: 'It says what may happen here, and has to be yours alone. HALLPASS_CONFIG_DIR names another place for it.',
  });
}

/** Writes such a file, for this user alone. Where a link stands in its place, what that names is written. */
export function writeOwnFile(path: string, text: string): void {
  ensureDirectory(dirname(path));
  replaceFile(existsSync(path) ? realpathSync(path) : path, text);
}

/** Whether a file really lies there, whatever links say. */
export function isWithin(file: string, directory: string): boolean {
  if (!existsSync(directory)) return false;
  const way = relative(realpathSync(directory), realpathSync(file));
  // What begins with two dots may also be the name of a directory in there: `..config`.
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}

function whyNotWrittenAlone({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (uid !== user && uid !== 0) return 'it belongs to another user';
  return (mode & 0o022) === 0 ? undefined : 'others can write it; chmod go-w mends that';
}

/** What a link at `path` names; undefined: no link is there. */
function linkedTo(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return resolve(realpathSync(dirname(path)), readlinkSync(path));
}

function whyOpen(
  holder: string,
  { user, isBehindLink }: { readonly user: number; readonly isBehindLink: boolean },
): string | undefined {
  const there = realpathSync(existing(holder));
  // Within a user namespace whoever is root outside has some other number.
  const owners = new Set([user, 0, statSync(parse(there).root).uid]);
  for (let at = there; ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    // With the sticky bit only their owner moves what is in there. Next to the file even that is too open: a link that
    // somebody made there leads to any file of this person's. Where their own link led to a file, as into a store of
    // packages (/nix/store is such a directory), that is none.
    const mayStick = isBehindLink || at !== there || !existsSync(holder);
    const isSticky = mayStick && (mode & 0o1000) !== 0;
    if (!owners.has(uid)) return `its directory ${at} belongs to another user`;
    if ((mode & 0o022) !== 0 && !isSticky)
      return `others can write its directory ${at}; chmod go-w mends that, or another place: HALLPASS_CONFIG_DIR`;
    if (dirname(at) === at) return undefined;
  }
}

function existing(directory: string): string {
  const above = dirname(directory);
  return existsSync(directory) || above === directory ? directory : existing(above);
}

function openIfThere(path: string): number | undefined {
  try {
    return openForReading(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
