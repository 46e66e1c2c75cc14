import { parseProjectFile, type Connection, type Named } from './project-file.ts';
import { HallpassError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';

/** A `hallpass.yaml` and the digest of its bytes. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  readonly digest: string;
}

export interface ProjectDeps {
  /** The user's own file: the user wrote it, so it needs no trust. */
  readonly readUserFile: () => ConfigFile | undefined;
  /** The project's file, which came with the project. */
  readonly readProjectFile: () => ConfigFile | undefined;
  readonly isTrusted: (file: ConfigFile) => boolean;
  /** Value of HALLPASS_TRUST: the digest that CI was told to trust. */
  readonly trustedDigest: string | undefined;
}

/** A connection as one may choose it. Unless it is the user's own, an attacker may have written it. */
export interface Listed {
  readonly name: string;
  readonly target: Connection;
  /** The user's own, or of a project that is trusted. */
  readonly isTrusted: boolean;
}

/**
 * Every connection that has a name here and that one can connect to, the user's own first.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function listConnections(deps: ProjectDeps): Listed[] {
  const user = connectionsOf(deps.readUserFile());
  const file = deps.readProjectFile();
  const counts = file !== undefined && (deps.isTrusted(file) || deps.trustedDigest === file.digest);
  const all = [
    ...Object.entries(user).map(([name, target]) => ({ name, target, isTrusted: true })),
    ...Object.entries(connectionsOf(file))
      .filter(([name]) => !Object.hasOwn(user, name))
      .map(([name, target]) => ({ name, target, isTrusted: counts })),
  ];
  return all.flatMap(({ target, ...rest }) => (isUpstream(target) ? [{ ...rest, target }] : []));
}

/**
 * Finds a connection by name: the user's own before the project's, which counts only once it is trusted.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_CONNECTION, ERR_UNTRUSTED_PROJECT
 */
export async function findConnection(name: string, deps: ProjectDeps): Promise<Connection> {
  const found = look(name, deps, { otherwise: OR_A_SERVER, isMeant: isUpstream });
  if (isUpstream(found)) return found;
  throw new HallpassError('ERR_USAGE', `"${name}" is a credential, and no server to connect to`, {
    hint: `hallpass run --with ${name} -- COMMAND hands it to a command.`,
  });
}

/**
 * What a name stands for, a credential alone included; otherwise as `findConnection`. `otherwise`: what else can be done
 * where no file has names.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_NO_SUCH_CONNECTION, ERR_UNTRUSTED_PROJECT
 */
export function findNamed(name: string, deps: ProjectDeps, otherwise = OR_A_SERVER): Named {
  return look(name, deps, { otherwise, isMeant: () => true });
}

interface Looking {
  readonly otherwise: string;
  /** What is named where there is no such name. */
  readonly isMeant: (target: Named) => boolean;
}

function look(name: string, deps: ProjectDeps, { otherwise, isMeant }: Looking): Named {
  const user = connectionsOf(deps.readUserFile());
  const own = named(user, name);
  if (own !== undefined) return own;
  const file = deps.readProjectFile();
  const project = connectionsOf(file);
  const found = named(project, name);
  if (found === undefined || file === undefined) {
    const all = Object.entries({ ...user, ...project, ...user });
    const names = all.flatMap(([one, target]) => (isMeant(target) ? one : []));
    throw noSuchConnection(name, { names, file, otherwise });
  }
  if (!deps.isTrusted(file) && deps.trustedDigest !== file.digest) throw untrusted(name, file);
  return found;
}

/** The digest of the project's file where a connection is the project's: somebody has trusted that, or HALLPASS_TRUST says so. */
export function projectFileOf(name: string, deps: ProjectDeps): string | undefined {
  const isOwn = named(connectionsOf(deps.readUserFile()), name) !== undefined;
  return isOwn ? undefined : deps.readProjectFile()?.digest;
}

/**
 * The connection of that name if there is one and it counts: the user's own, or that of a trusted project. What a project
 * says that nobody has trusted is as if it were not there.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function findTrusted(name: string, deps: ProjectDeps): Named | undefined {
  const own = named(connectionsOf(deps.readUserFile()), name);
  if (own !== undefined) return own;
  const file = deps.readProjectFile();
  if (file === undefined || (!deps.isTrusted(file) && deps.trustedDigest !== file.digest)) return undefined;
  return named(connectionsOf(file), name);
}

// `constructor` is a name like any other.
function named(connections: Readonly<Record<string, Named>>, name: string): Named | undefined {
  return Object.hasOwn(connections, name) ? connections[name] : undefined;
}

function isUpstream(target: Named): target is Connection {
  return 'command' in target || 'url' in target;
}

function connectionsOf(file: ConfigFile | undefined): Readonly<Record<string, Named>> {
  return file === undefined ? {} : parseProjectFile(file.text, file.path).connections;
}

const OR_A_SERVER = 'pass the server itself: hallpass connect -- COMMAND ARGS';

function noSuchConnection(
  name: string,
  { names, file, otherwise }: { names: readonly string[]; file: ConfigFile | undefined; otherwise: string },
): HallpassError {
  const guess = nearest(name, names);
  if (guess !== undefined)
    return new HallpassError('ERR_NO_SUCH_CONNECTION', `no connection "${name}"`, {
      hint: `Did you mean "${guess}"?`,
    });
  if (names.length > 0)
    return new HallpassError('ERR_NO_SUCH_CONNECTION', `no connection "${name}"`, {
      hint: `There are: ${names.join(', ')}.`,
    });
  const why = file === undefined ? 'there is no hallpass.yaml here' : `${file.path} names none`;
  return new HallpassError('ERR_NO_SUCH_CONNECTION', `no connection "${name}": ${why}`, {
    hint: `Name it under \`connections:\` in hallpass.yaml, or ${otherwise}`,
  });
}

function untrusted(name: string, { path }: ConfigFile): HallpassError {
  return new HallpassError(
    'ERR_UNTRUSTED_PROJECT',
    `${path} came with the project and is not trusted yet, so "${name}" is not started`,
  );
}
