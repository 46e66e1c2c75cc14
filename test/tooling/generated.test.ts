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

import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'hallpass-generated-'));
  for (const path of ['bin', 'src', 'docs', 'README.md', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  for (const path of ['node_modules', 'dist']) symlinkSync(join(root, path), join(copy, path));
  generate();
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function generate(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(copy, 'bin/generate.ts'), ...args], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('what was just generated is up to date', () => {
  expect(generate('--check')).toEqual({ status: 0, stderr: '' });
});

test.each<[string, string, (text: string) => string]>([
  ['a new error code', 'docs/errors.md', (text) => text.replace('| `ERR_BUG`', '| `ERR_GONE`')],
  ['a new rule', 'docs/rules.md', (text) => text.replace('| `github_pat`', '| `github_gone`')],
  ['a changed command', 'oclif.manifest.json', (text) => text.replace('"connect"', '"konnect"')],
  ['an edited command list', 'README.md', (text) => text.replace('`hallpass connect`', '`hallpass konnect`')],
])('%s makes %s out of date, and the check says so and changes nothing', (_, path, edit) => {
  const edited = edit(readFileSync(join(copy, path), 'utf8'));
  writeFileSync(join(copy, path), edited);
  const { status, stderr } = generate('--check');
  expect(stderr).toBe(`${path} is out of date: run \`npm run generate\` and commit it\n`);
  expect(status).toBe(1);
  expect(readFileSync(join(copy, path), 'utf8')).toBe(edited);
});

test('a README without its block is refused rather than left alone', () => {
  writeFileSync(join(copy, 'README.md'), '# hallpass\n');
  expect(generate('--check').stderr).toContain('has lost its <!-- commands --> block');
});

test('the rest of the README is nobody else’s business', () => {
  appendFileSync(join(copy, 'README.md'), '\nMore.\n');
  expect(generate('--check').status).toBe(0);
});
