// Run by bench/detect.ts in a process of its own: how long until the engine is ready, in milliseconds.
import { existsSync } from 'node:fs';
import process from 'node:process';

const built = new URL('../dist/core/mask/', import.meta.url);
const [from, type] = existsSync(built)
  ? [built, 'js']
  : [new URL('../src/core/mask/', import.meta.url), 'ts'];
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
