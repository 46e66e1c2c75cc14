// Compiles src to dist, which is what npm publishes: nothing stays there that no source stands for any more. Files whose
// contents are the same are not touched, and the others are replaced as a whole: a program that runs meanwhile reads no half of one.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { joinEngine } from './join-engine.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const fresh = mkdtempSync(join(tmpdir(), 'hallpass-build-'));
try {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh];
  process.exitCode = spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status ?? 1;
  await joinEngine(fresh);
  replace(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function replace(from: string, to: string): void {
  const files = globSync('**/*.js', { cwd: from });
  for (const file of files) {
    const text = readFileSync(join(from, file));
    const target = join(to, file);
    if (existsSync(target) && readFileSync(target).equals(text)) continue;
    mkdirSync(dirname(target), { recursive: true });
    const beside = `${target}.${process.pid}`;
    writeFileSync(beside, text);
    renameSync(beside, target);
  }
  const kept = new Set(files);
  for (const file of globSync('**/*.js', { cwd: to }))
    if (!kept.has(file)) rmSync(join(to, file), { force: true });
}
