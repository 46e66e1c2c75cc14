import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import process from 'node:process';

import { LIMITS } from '../core/limits.ts';

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
    const isBehindLink = at !== path && next === undefined;
    const why = whyOpen(dirname(at), { user, mayStick: isBehindLink }) ?? whyLinked(dirname(at), user);
    if (why !== undefined || next === undefined) return why;
    at = next;
  }
  return 'it is a link to a link, and so on';
}

/** What a link at `path` names; undefined: no link is there. */
function linkedTo(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return resolve(realpathSync(dirname(path)), readlinkSync(path));
}

// Of a path that leads through a link to a directory somebody may replace that link.
function whyLinked(directory: string, user: number): string | undefined {
  for (let at = directory; dirname(at) !== at; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    const mayStick = found?.uid === user || found?.uid === 0;
    const why = found?.isSymbolicLink() === true ? whyOpen(dirname(at), { user, mayStick }) : undefined;
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyOpen(
  holder: string,
  { user, mayStick }: { readonly user: number; readonly mayStick: boolean },
): string | undefined {
  const there = realpathSync(existing(holder));
  // Within a user namespace whoever is root outside has some other number.
  const owners = new Set([user, 0, statSync(parse(there).root).uid]);
  for (let at = there; ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    // With the sticky bit only their owner moves what is in there. Next to the file even that is too open: a link that
    // somebody made there leads to any file of this person's. Where their own link led to a file, as into a store of
    // packages (/nix/store is such a directory), that is none.
    const isAbove = at !== there || !existsSync(holder);
    const isSticky = (mayStick || isAbove) && (mode & 0o1000) !== 0;
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
