import { HallpassError } from '../core/errors.ts';
import type { SealedStore } from '../identity/sealed-store.ts';
import { holdsSecret } from './setup-secrets.ts';
import type { UndoLog, UndoRecord } from './setup-undo.ts';

const NAME = 'setup';

/** The ways back, encrypted under a key of the keychain. */
export function sealedUndoLog(store: SealedStore): UndoLog {
  return undoLog({
    read: () => store.read(NAME),
    write: (records) => store.update(NAME, () => (records.length === 0 ? undefined : records)),
  });
}

/** The same where there is no keychain: only what holds no secret is kept. */
export function plainUndoLog(file: {
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
}): UndoLog {
  const log = undoLog({
    read: (): unknown => JSON.parse(file.read() ?? '[]'),
    write: (records) => file.write(`${JSON.stringify(records)}\n`),
  });
  return {
    ...log,
    push: (record) => {
      if (isSecret(record))
        throw new HallpassError('ERR_KEYCHAIN', 'the way back would hold a secret, and there is no keychain');
      log.push(record);
    },
  };
}

function undoLog(list: {
  readonly read: () => unknown;
  readonly write: (records: readonly UndoRecord[]) => void;
}): UndoLog {
  // Written by nobody but us: encrypted, or in a directory of the user's alone.
  const all = (): readonly UndoRecord[] => (list.read() ?? []) as UndoRecord[];
  return {
    push: (record) => list.write([...all(), record]),
    last: (path) => all().findLast(({ file }) => file.path === path),
    drop: ({ at, file }) =>
      list.write(all().filter((other) => other.at !== at || other.file.path !== file.path)),
  };
}

function isSecret({ file, yaml, restores }: UndoRecord): boolean {
  const texts = [...file.inverse, ...yaml.inverse].map(({ content }) => content);
  return [...texts, JSON.stringify(restores)].some(holdsSecret);
}
