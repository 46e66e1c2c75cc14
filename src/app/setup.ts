import { HallpassError } from '../core/errors.ts';
import type { SecretBook } from '../identity/secret-book.ts';
import { checkValue } from '../identity/check-secret.ts';
import { parseProjectFile } from './project-file.ts';
import { applyEdits, type TextEdit } from './jsonc-file.ts';
import type { ClientName } from './setup-entries.ts';
import type { Place, SetupFile } from './setup-place.ts';
import { type Plan, type PlannedServer, planSetup } from './setup-plan.ts';
import type { Launch } from './setup-rewrite.ts';
import type { UndoLog, UndoRecord } from './setup-undo.ts';
import { withConnections } from './user-connections.ts';

export interface SetupRequest {
  readonly client: ClientName;
  /** The file of this project instead of the user's own. */
  readonly isProject: boolean;
  readonly only: readonly string[];
  readonly keepSecrets: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Where secrets and the way back are kept. */
export interface SetupStore {
  /** Undefined where nothing can be kept, and why. */
  readonly book: SecretBook | undefined;
  readonly requireBook: () => SecretBook;
  readonly undo: UndoLog;
}

export interface SetupDeps {
  readonly config: Place;
  /** The user's own `hallpass.yaml`. */
  readonly connections: Place;
  readonly launch: Launch;
  readonly openStore: () => Promise<SetupStore>;
  readonly digest: (text: string) => string;
  /** Shows what would be done. */
  readonly show: (proposal: Proposal) => void;
  /** Asks the person; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  readonly now: () => number;
}

/** Two files as they are and as they would be. */
export interface Proposal {
  readonly plan: Plan;
  readonly files: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

export interface SetupResult {
  readonly client: ClientName;
  readonly file: string;
  readonly written: boolean;
  readonly servers: readonly PlannedServer[];
  /** Names in the keychain's book. */
  readonly secrets: readonly string[];
}

/**
 * Puts hallpass before the servers of a client, after showing what that changes. Starts none of them.
 *
 * @throws {HallpassError} ERR_NO_SUCH_FILE, ERR_CONFIG, ERR_USAGE, ERR_KEYCHAIN, ERR_NOT_CONFIRMED, ERR_SETUP_CHANGED
 */
export async function setup(request: SetupRequest, deps: SetupDeps): Promise<SetupResult> {
  const file = deps.config.read();
  if (file === undefined) throw noConfiguration(deps.config.path);
  const yaml = deps.connections.read();
  const store = request.dryRun ? undefined : await deps.openStore();
  const plan = planFor(request, { file, yaml, launch: deps.launch, store });
  const after = withConnections(yaml?.text, plan.connections);
  deps.show({
    plan,
    files: [
      { path: file.path, before: file.text, after: plan.after },
      { path: yaml?.path ?? deps.connections.path, before: yaml?.text ?? '', after },
    ],
  });
  const result = {
    client: request.client,
    file: file.path,
    servers: plan.servers,
    secrets: plan.secrets.map(({ name }) => name),
  };
  if (store === undefined || plan.after === file.text) return { ...result, written: false };
  for (const { value } of plan.secrets) checkValue(value);
  if (plan.secrets.length > 0) store.requireBook();
  const agreed = request.yes || (await deps.confirm?.('Write this?')) === true;
  if (!agreed) throw new HallpassError('ERR_NOT_CONFIRMED', 'nothing was written: nobody said so');
  requireUnchanged({ file, yaml }, deps);
  apply({ file, yaml, after, plan, client: request.client }, store, deps);
  return { ...result, written: true };
}

interface Before {
  readonly file: SetupFile;
  readonly yaml: SetupFile | undefined;
}

function planFor(
  request: SetupRequest,
  input: Before & { launch: Launch; store: SetupStore | undefined },
): Plan {
  const { file, yaml, launch, store } = input;
  const connections = yaml === undefined ? {} : parseProjectFile(yaml.text, yaml.path).connections;
  const secrets = store?.book?.list().map(({ name }) => name) ?? [];
  const { client, isProject, only, keepSecrets } = request;
  const plan = planSetup({
    client,
    file: file.path,
    text: file.text,
    isProject,
    only,
    keepSecrets,
    launch,
    taken: { connections: Object.keys(connections), secrets },
  });
  const missing = only.find((name) => plan.servers.every((server) => server.name !== name));
  if (missing === undefined) return plan;
  throw new HallpassError('ERR_USAGE', `${file.path} has no server "${missing}"`, {
    hint: 'Without names all of its servers are meant.',
  });
}

// A client that runs may write its own file at any time.
function requireUnchanged({ file, yaml }: Before, { config, connections }: SetupDeps): void {
  const changed =
    config.read()?.digest === file.digest && connections.read()?.digest === yaml?.digest
      ? undefined
      : file.path;
  if (changed === undefined) return;
  throw new HallpassError('ERR_SETUP_CHANGED', `${changed} changed meanwhile: nothing was written`);
}

// In this order a crash leaves at worst secrets and connections that nobody uses; --undo clears them away.
function apply(
  { file, yaml, after, plan, client }: Before & { after: string; plan: Plan; client: ClientName },
  { undo, requireBook }: SetupStore,
  { connections, config, digest, now }: SetupDeps,
): void {
  const record: UndoRecord = {
    at: now(),
    client,
    file: { path: file.path, before: file.digest, after: digest(plan.after), inverse: plan.inverse },
    restores: plan.restores,
    connections: plan.connections,
    yaml: {
      created: yaml === undefined,
      before: yaml?.digest,
      after: digest(after),
      inverse: wayBack(yaml?.text ?? '', after),
    },
    secrets: plan.secrets.map(({ name, connection }) => ({ name, connection })),
  };
  undo.push(record);
  for (const { name, value, origins } of plan.secrets)
    requireBook().add({ name, origins, addedAt: now() }, value);
  if (Object.keys(plan.connections).length > 0)
    connections.write(yaml ?? { path: connections.path, mode: 0o600 }, after);
  config.write(file, plan.after);
}

// From what a file became to what it was, as one edit.
function wayBack(before: string, after: string): readonly TextEdit[] {
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail += 1;
  const edit = {
    offset: head,
    length: before.length - head - tail,
    content: after.slice(head, after.length - tail),
  };
  return applyEdits(before, [edit]).inverse;
}

function noConfiguration(path: string): HallpassError {
  return new HallpassError('ERR_NO_SUCH_FILE', `there is no configuration ${path}`, {
    hint: 'Add a server in the client first. A project’s own file is meant with --project.',
  });
}
