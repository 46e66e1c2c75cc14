import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripTypeScriptTypes } from 'node:module';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { joinEngine } from '../../bin/join-engine.ts';
import { createDetector } from '../../src/core/mask/detect.ts';
import { compileRules } from '../../src/core/mask/engine.ts';
import { LiteralTable } from '../../src/core/mask/literal-table.ts';

const src = join(import.meta.dirname, '../../src');

let compiled: string;
beforeAll(async () => {
  compiled = mkdtempSync(join(tmpdir(), 'hallpass-joined-'));
  compile('core');
  compile('app');
  await joinEngine(compiled);
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

// Quicker than the compiler, and enough for what is erased anyhow.
function compile(room: string): void {
  cpSync(join(src, room), join(compiled, room), { recursive: true });
  for (const file of globSync('**/*.ts', { cwd: join(compiled, room) })) {
    const path = join(compiled, room, file);
    const text = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    writeFileSync(
      path.replace(/ts$/, 'js'),
      text.replaceAll(/(from |import\()'(\.[^']+)\.ts'/g, "$1'$2.js'"),
    );
    rmSync(path);
  }
}

function engineFiles(): string[] {
  return globSync('core/mask/**/*.js', { cwd: compiled });
}

test('finds what the sources find', async () => {
  const detect = pathToFileURL(join(compiled, 'core/mask/detect.js')).href;
  const joined = (await import(detect)) as { createDetector: typeof createDetector };
  const token = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
  const text = Buffer.from(
    `token: ${token}\npassword = "${['Tr0ub4dor', 'and', '3'].join('-')}"\n`.repeat(3),
  );
  const found = createDetector().detect(text);
  expect(found).toHaveLength(6);
  expect(joined.createDetector().detect(text)).toEqual(found);
});

test('has the tables of all rules in it', () => {
  const { anchors } = compileRules();
  const built = Buffer.from(new LiteralTable(anchors).bytes).toString('base64');
  const code = readFileSync(join(compiled, 'core/mask/joined-finding.js'), 'utf8');
  // Not toContain: it would print both.
  expect(code.includes(built)).toBe(true);
  expect(code).toMatch(new RegExp(`\\bcount: ${anchors.length}\\b`));
});

test('is two modules, and what hands them on to those who import it by name', () => {
  const long = engineFiles().filter((file) => readFileSync(join(compiled, file), 'utf8').length > 1000);
  expect(long.toSorted()).toEqual(['core/mask/joined-finding.js', 'core/mask/joined-hiding.js']);
  expect(engineFiles()).toContain('core/mask/masker.js');
  expect(engineFiles()).not.toContain('core/mask/judge.js');
});

test('what finds secrets does not load what hides them', () => {
  const code = readFileSync(join(compiled, 'core/mask/joined-finding.js'), 'utf8');
  expect([...code.matchAll(/^import .* from "(.*)";$/gm)].map(([, id]) => id)).toEqual([
    '../limits.js',
    '../sha256.js',
    'node:buffer',
  ]);
});

test('no path of the machine that compiled it is in it, nor anything but ASCII', () => {
  for (const file of engineFiles()) {
    const code = readFileSync(join(compiled, file), 'utf8');
    expect(code.includes(tmpdir()), file).toBe(false);
    expect(/^[\p{ASCII}]*$/v.test(code), file).toBe(true);
  }
});
