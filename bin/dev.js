#!/usr/bin/env node
// hallpass straight from src: Node strips the types, nothing is built. JSX is more than types: swc takes that away.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { transformSync } from '@swc/core';

import { main } from '../src/cli/main.ts';

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('.tsx')) return next(url, context);
    const parser = { syntax: 'typescript', tsx: true };
    const jsc = { parser, target: 'es2024', transform: { react: { runtime: 'automatic' } } };
    const source = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source: transformSync(source, { jsc }).code, shortCircuit: true };
  },
});

const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const { commands, helpClass, hooks } = pjson.oclif;
for (const part of [commands, helpClass, ...Object.values(hooks)]) {
  part.target = part.target.replace('./dist/', './src/').replace(/js$/, 'ts');
}
await main(process.argv.slice(2), { root, pjson, ignoreManifest: true });
