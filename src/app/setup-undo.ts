import { HallpassError } from '../core/errors.ts';
import type { SecretBook } from '../identity/secret-book.ts';
import { takeBack, type TextEdit } from './jsonc-file.ts';
import type { ClientName } from './setup-entries.ts';
import type { Place } from './setup-place.ts';
import { type Restore, restoreSettings } from './setup-restore.ts';
import { withoutConnections } from './user-connections.ts';

interface Change {
  /** SHA-256 of the file before … */
  readonly before?: string | undefined;
  /** … and after. */
  readonly after: string;
  /** From after to before; holds the secrets that were moved. */
  readonly inverse: readonly TextEdit[];
}

/** What one setup did, and the way back. */
export interface UndoRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly client: ClientName;
  readonly file: Change & { readonly path: string };
  readonly restores: readonly Restore[];
  readonly connections: Readonly<Record<string, unknown>>;
  readonly yaml: Change & { readonly created: boolean };
  readonly secrets: readonly { readonly name: string; readonly connection: string }[];
}

/** Where the ways back are kept: encrypted wherever they hold a secret. */
export interface UndoLog {
  push(record: UndoRecord): void;
  /** The newest for this file. */
  last(file: string): UndoRecord | undefined;
  drop(record: UndoRecord): void;
}

export interface UndoDeps {
  readonly config: Place;
  readonly connections: Place;
  readonly book: SecretBook | undefined;
  readonly undo: UndoLog;
  readonly digest: (text: string) => string;
}

export interface UndoResult {
  readonly client: ClientName;
  readonly file: string;
  /** The file is byte for byte what it was. */
  readonly exact: boolean;
  /** Servers and connections that somebody changed meanwhile, and that stay as they are. */
  readonly kept: readonly string[];
  /** Another setup of the same file can be undone. */
  readonly more: boolean;
}

/**
 * Takes back the newest setup of a file. With `merge` also where the file has changed since, server by server.
 *
 * @throws {HallpassError} ERR_NOTHING_TO_UNDO, ERR_SETUP_CHANGED
 */
export function undoSetup(client: ClientName, { merge }: { merge: boolean }, deps: UndoDeps): UndoResult {
  const { config, undo } = deps;
  const file = config.read();
  const path = file?.path ?? config.path;
  const record = undo.last(path);
  if (record === undefined)
    throw new HallpassError('ERR_NOTHING_TO_UNDO', `no setup of ${path} is known here`);
  const restored = restoreFile(record, { merge }, deps);
  const kept = restoreConnections(record, restored.text, deps);
  forgetSecrets(record, kept, deps.book);
  undo.drop(record);
  const more = undo.last(path) !== undefined;
  return { client, file: path, exact: restored.exact, kept: [...restored.kept, ...kept], more };
}

function restoreFile(
  record: UndoRecord,
  { merge }: { merge: boolean },
  { config, digest }: UndoDeps,
): { exact: boolean; text: string; kept: readonly string[] } {
  const file = config.read();
  if (file !== undefined && file.digest === record.file.before)
    return { exact: true, text: file.text, kept: [] };
  if (file?.digest === record.file.after) {
    const text = takeBack(file.text, record.file.inverse);
    if (digest(text) !== record.file.before) throw new Error('the way back leads somewhere else');
    config.write(file, text);
    return { exact: true, text, kept: [] };
  }
  if (!merge)
    throw new HallpassError('ERR_SETUP_CHANGED', `${record.file.path} has changed since: nothing was undone`);
  if (file === undefined) return { exact: false, text: '', kept: [] };
  const { text, kept } = restoreSettings({ text: file.text, file: file.path }, record.restores);
  config.write(file, text);
  return { exact: false, text, kept };
}

// Returns the connections that stay: those that were changed, and those that the client goes on using.
function restoreConnections(
  { connections: made, yaml }: UndoRecord,
  config: string,
  { connections }: UndoDeps,
): readonly string[] {
  const file = connections.read();
  if (file === undefined || Object.keys(made).length === 0) return [];
  if (file.digest === yaml.before) return [];
  const used = Object.keys(made).filter((name) => isConnectedTo(config, name));
  if (file.digest !== yaml.after || used.length > 0) {
    const unused = Object.fromEntries(Object.entries(made).filter(([name]) => !used.includes(name)));
    const { text, kept } = withoutConnections({ text: file.text, file: file.path }, unused);
    connections.write(file, text);
    return [...used, ...kept];
  }
  if (yaml.created) connections.remove();
  else connections.write(file, takeBack(file.text, yaml.inverse));
  return [];
}

// No name of a connection has a sign that means something in an expression but the dot.
function isConnectedTo(config: string, name: string): boolean {
  return new RegExp(`"connect",\\s*"${name.replaceAll('.', '[.]')}"`).test(config);
}

function forgetSecrets({ secrets }: UndoRecord, kept: readonly string[], book: SecretBook | undefined): void {
  const there = new Set(book?.list().map(({ name }) => name));
  for (const { name, connection } of secrets)
    if (there.has(name) && !kept.includes(connection)) book?.remove(name);
}
