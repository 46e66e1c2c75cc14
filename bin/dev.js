#!/usr/bin/env node
// hallpass straight from src: Node strips the types, nothing is built.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { main } from '../src/cli/main.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const { commands, helpClass, hooks } = pjson.oclif;
for (const part of [commands, helpClass, ...Object.values(hooks)]) {
  part.target = part.target.replace('./dist/', './src/').replace(/js$/, 'ts');
}
await main(process.argv.slice(2), { root, pjson, ignoreManifest: true });
