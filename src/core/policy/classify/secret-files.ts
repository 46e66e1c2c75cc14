import { OTHER } from './lex.ts';
import { compileGlob } from '../../glob.ts';
import {
  ENV_EXAMPLES,
  GLOBBED_SECRETS,
  SECRET_DIRECTORIES,
  SECRET_ENDINGS,
  SECRET_FILES,
  SECRET_FILES_IN_DIRECTORIES,
  SECRET_IN_DIRECTORIES,
} from './secret-tables.ts';

/** A path is no longer, and what is longer ends like one all the same. */
export const PATH_CHARACTERS = 256;
const GLOB_CHARACTERS = 64;

/** One of them is in every such name, or this word. */
const MARKS = new Uint8Array(128);
for (const mark of './\\_*?[') MARKS[mark.charCodeAt(0)] = 1;
const CONFIG = 'kubeconfig';

/** Whether a path is that of a file in which there are credentials, or a pattern that finds one. */
export function namesSecrets(path: string): boolean {
  if (path === OTHER) return false;
  const end = path.length > PATH_CHARACTERS ? path.slice(-PATH_CHARACTERS) : path;
  if (!isMarked(path)) return false;
  const cut = nameStart(end);
  const name = end.slice(cut).toLowerCase();
  if (SECRET_FILES.has(name)) return true;
  if (name.startsWith('.env.')) return !ENV_EXAMPLES.test(name);
  const dot = name.lastIndexOf('.');
  if (dot > 0 && SECRET_ENDINGS.has(name.slice(dot + 1))) return true;
  return (cut > 0 && isSecretWithin(end.slice(0, cut - 1), name)) || findsSecrets(name);
}

// Most that are have one near their end.
function isMarked(path: string): boolean {
  for (let at = path.length - 1; at >= 0; at -= 1) if (MARKS[path.charCodeAt(at)] === 1) return true;
  return path.length >= CONFIG.length && path.toLowerCase().includes(CONFIG);
}

// `@.env`, `--file=.env` and `host:.env` name it as well.
function nameStart(path: string): number {
  let at = path.length;
  while (at > 0 && !isSeparator(path.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Between parts of a path, or before one. */
export function isSeparator(code: number): boolean {
  return code === 0x2f || code === 0x5c || code === 0x3d || code === 0x40 || code === 0x3a;
}

function isSecretWithin(above: string, name: string): boolean {
  if (SECRET_FILES_IN_DIRECTORIES.has(name)) return true;
  const directory = above.slice(nameStart(above)).toLowerCase();
  return SECRET_DIRECTORIES.has(directory) && SECRET_IN_DIRECTORIES.test(name);
}

/** What makes a name a pattern. */
export function isGlob(code: number): boolean {
  return code === 0x2a || code === 0x3f || code === 0x5b;
}

function findsSecrets(name: string): boolean {
  if (!(name.includes('*') || name.includes('?') || name.includes('['))) return false;
  if (name.length > GLOB_CHARACTERS || !/[a-z]/.test(name)) return false;
  if (!mayFind(name.charCodeAt(0), name.charCodeAt(name.length - 1))) return false;
  const matches = compileGlob(name);
  return GLOBBED_SECRETS.some((secret) => matches(secret));
}

// What a pattern begins and ends with stands for itself, or for anything.
const BEGINNINGS = new Set(Array.from([...GLOBBED_SECRETS, '*', '?', '['], (text) => text.charCodeAt(0)));

const ENDINGS = new Set(Array.from('*?]', (mark) => mark.charCodeAt(0)));
for (const name of GLOBBED_SECRETS) ENDINGS.add(name.charCodeAt(name.length - 1));

/** Whether a pattern that begins and ends so may find such a file. */
export function mayFind(first: number, last: number): boolean {
  return BEGINNINGS.has(first) && ENDINGS.has(last);
}

/** A character of a pattern that may be the last one. */
export const ANY = 0x2a;
