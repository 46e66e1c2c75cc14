import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const GENERATED = ['docs/errors.md', 'docs/rules.md', 'oclif.manifest.json', 'README.md'];

let copy: string;
const fresh = new Map<string, string>();
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'hallpass-generated-'));
  for (const path of ['bin', 'src', 'docs', 'README.md', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  for (const path of ['node_modules', 'dist']) symlinkSync(join(root, path), join(copy, path));
  generate();
  for (const path of GENERATED) fresh.set(path, read(path));
});
afterEach(() => {
  for (const [path, text] of fresh) writeFileSync(join(copy, path), text);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function generate(...args: string[]) {
  // Compiled once for all of them, and gone with the copy.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(copy, 'compiled') };
  const { status, stderr } = spawnSync(process.execPath, [join(copy, 'bin/generate.ts'), ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stderr };
}

function read(path: string): string {
  return readFileSync(join(copy, path), 'utf8');
}

/** Replaces a text that is there. */
function edit(path: string, from: string, to: string): void {
  expect(read(path)).toContain(from);
  writeFileSync(join(copy, path), read(path).replace(from, to));
}

test('what was just generated is up to date, and the rest of the README nobody else’s business', () => {
  appendFileSync(join(copy, 'README.md'), '\nMore.\n');
  expect(generate('--check')).toEqual({ status: 0, stderr: '' });
});

test('a new error code, a new rule, a changed command and an edited command list are each told of, and nothing is changed', () => {
  edit('docs/errors.md', '| `ERR_BUG`', '| `ERR_GONE`');
  edit('docs/rules.md', '| `github_pat`', '| `github_gone`');
  edit('oclif.manifest.json', '"connect"', '"konnect"');
  edit('README.md', '`hallpass connect`', '`hallpass konnect`');
  const edited = GENERATED.map(read);
  const { status, stderr } = generate('--check');
  const told = GENERATED.map((path) => `${path} is out of date: run \`npm run generate\` and commit it`);
  expect(stderr.trimEnd().split('\n').toSorted()).toEqual(told.toSorted());
  expect(status).toBe(1);
  expect(GENERATED.map(read)).toEqual(edited);
});

test('a README without its block is refused rather than left alone', () => {
  writeFileSync(join(copy, 'README.md'), '# hallpass\n');
  expect(generate('--check').stderr).toContain('has lost its <!-- commands --> block');
});
