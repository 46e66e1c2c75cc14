import { isDeepStrictEqual } from 'node:util';

import { applyEdits, memberOf, nodeAt, parseJsonc, removeMember, setMember } from './jsonc-file.ts';
import { valueOf } from './setup-entries.ts';

/** One setting of a server: what it was, and what it became. `undefined`: it was not there. */
export interface Restore {
  readonly path: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What has to be set to get from one form of a server to the other, variable by variable. */
export function restoresFor(path: readonly string[], before: unknown, after: unknown): Restore[] {
  if (!isObject(before) || !isObject(after)) return [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const at = [...path, key];
    if (isDeepStrictEqual(before[key], after[key])) return [];
    if (key === 'env' && isObject(before[key])) return restoresFor(at, before[key], after[key]);
    return [{ path: at, before: before[key], after: after[key] }];
  });
}

/** Puts back every setting that still is what it was made; says where it is not. */
export function restoreSettings(
  { text, file }: { text: string; file: string },
  restores: readonly Restore[],
): { text: string; kept: string[] } {
  const kept = new Set(
    servers(restores)
      .filter((server) => !isAsMade({ text, file }, server))
      .map(({ name }) => name),
  );
  let changed = text;
  for (const { path, before } of restores.filter(({ path: at }) => !kept.has(nameOf(at)))) {
    const object = nodeAt(parseJsonc(changed, file), path.slice(0, -1));
    const key = path.at(-1) ?? '';
    if (object === undefined) continue;
    const edits =
      before === undefined ? removeMember(changed, object, key) : setMember(changed, object, [key, before]);
    changed = applyEdits(changed, edits).text;
  }
  return { text: changed, kept: [...kept] };
}

interface Made {
  readonly name: string;
  readonly restores: readonly Restore[];
}

function servers(restores: readonly Restore[]): Made[] {
  const names = [...new Set(restores.map(({ path }) => nameOf(path)))];
  return names.map((name) => ({ name, restores: restores.filter(({ path }) => nameOf(path) === name) }));
}

// A server that somebody has changed or removed meanwhile is theirs.
function isAsMade({ text, file }: { text: string; file: string }, { restores }: Made): boolean {
  const root = parseJsonc(text, file);
  return restores.every(({ path, after }) => {
    const object = nodeAt(root, path.slice(0, -1));
    if (object?.type !== 'object') return false;
    return isDeepStrictEqual(plain(valueOf(memberOf(object, path.at(-1) ?? '')?.value)), plain(after));
  });
}

/** The server's place: what stands before `command`, `args`, `env` and the like. */
function nameOf(path: readonly string[]): string {
  return path.slice(0, path[0] === 'projects' ? 4 : 2).join(' › ');
}

// The parser's objects have no prototype.
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
