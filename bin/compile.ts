// Makes dist, which is what npm publishes, of src: its modules are joined (join-modules.ts). Files whose contents are the same are not
// touched, and the others are replaced as a whole: a program that runs meanwhile reads no half of one.
//   node bin/compile.ts           a hallpass that runs meanwhile may need what there was before: that goes ten minutes later
//   node bin/compile.ts --fresh   for whoever publishes: nothing else is in dist
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { joinModules } from './join-modules.ts';

const KEPT_MS = 10 * 60_000;
/** Of all that is in use; what is not gets the time at which that was found. */
const IN_USE = new Date('2000-01-01T00:00:00Z');

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (process.argv.includes('--fresh')) rmSync('dist', { recursive: true, force: true });
replace(await joinModules(), 'dist');

function replace(files: ReadonlyMap<string, string>, to: string): void {
  // Those with a name of their own before those that import them.
  for (const [file, text] of [...files].toSorted(([a], [b]) => Number(isEntry(a)) - Number(isEntry(b))))
    write(join(to, file), text);
  for (const file of globSync('**/*.{js,txt}', { cwd: to })) if (!files.has(file)) retire(join(to, file));
}

function isEntry(file: string): boolean {
  return !file.startsWith('joined/');
}

function write(target: string, text: string): void {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    mkdirSync(dirname(target), { recursive: true });
    const beside = `${target}.${process.pid}`;
    writeFileSync(beside, text);
    renameSync(beside, target);
  }
  utimesSync(target, IN_USE, IN_USE);
}

function retire(path: string): void {
  const { mtimeMs } = statSync(path);
  if (mtimeMs === IN_USE.getTime()) utimesSync(path, new Date(), new Date());
  else if (Date.now() - mtimeMs > KEPT_MS) rmSync(path, { force: true });
}
