import { compileGlob } from '../../glob.ts';
import {
  ENV_EXAMPLES,
  GLOBBED_SECRETS,
  SECRET_DIRECTORIES,
  SECRET_ENDINGS,
  SECRET_FILES,
  SECRET_FILES_IN_DIRECTORIES,
  SECRET_IN_DIRECTORIES,
} from './tables.ts';

/** A path is no longer, and what is longer ends like one all the same. */
const PATH_CHARACTERS = 256;
const GLOB_CHARACTERS = 64;

/** One of them is in every such name. */
const MARKS = /[./\\_*?[]|kubeconfig/i;

/** Whether a path is that of a file in which there are credentials, or a pattern that finds one. */
export function namesSecrets(path: string): boolean {
  if (!MARKS.test(path)) return false;
  const end = path.length > PATH_CHARACTERS ? path.slice(-PATH_CHARACTERS) : path;
  const cut = nameStart(end);
  const name = end.slice(cut).toLowerCase();
  if (SECRET_FILES.has(name)) return true;
  if (name.startsWith('.env.')) return !ENV_EXAMPLES.test(name);
  const dot = name.lastIndexOf('.');
  if (dot > 0 && SECRET_ENDINGS.has(name.slice(dot + 1))) return true;
  return (cut > 0 && isSecretWithin(end.slice(0, cut - 1), name)) || findsSecrets(name);
}

// `@.env`, `--file=.env` and `host:.env` name it as well.
function nameStart(path: string): number {
  let at = path.length;
  while (at > 0 && !SEPARATORS.includes(path[at - 1] ?? '')) at -= 1;
  return at;
}

const SEPARATORS = '/\\=@:';

function isSecretWithin(above: string, name: string): boolean {
  if (SECRET_FILES_IN_DIRECTORIES.has(name)) return true;
  const directory = above.slice(nameStart(above)).toLowerCase();
  return SECRET_DIRECTORIES.has(directory) && SECRET_IN_DIRECTORIES.test(name);
}

function findsSecrets(name: string): boolean {
  if (!(name.includes('*') || name.includes('?') || name.includes('['))) return false;
  if (name.length > GLOB_CHARACTERS || !/[a-z]/.test(name)) return false;
  const matches = compileGlob(name);
  return GLOBBED_SECRETS.some((secret) => matches(secret));
}
