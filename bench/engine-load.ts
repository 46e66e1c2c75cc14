// Run by bench/detect.ts in a process of its own: how long until the engine is ready, in milliseconds. What is built is loaded as
// `hallpass` does, with code that V8 compiled before: the directory for it is an argument.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import process from 'node:process';

const built = new URL('../dist/core/mask/', import.meta.url);
const [from, type] = existsSync(built)
  ? [built, 'js']
  : [new URL('../src/core/mask/', import.meta.url), 'ts'];
const [, , cache] = process.argv;
if (cache !== undefined) enableCompileCache(cache);
const began = performance.now();
const { createDetector } = (await import(
  new URL(`detect.${type}`, from).href
)) as typeof import('../src/core/mask/detect.ts');
const imported = performance.now();
createDetector().detect(Buffer.from('ready'));
const ready = performance.now();
process.stdout.write(
  JSON.stringify({ imported: imported - began, compiled: ready - imported, built: type === 'js' }),
);
