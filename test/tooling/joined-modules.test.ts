import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { joinModules } from '../../bin/join-modules.ts';
import { createDetector } from '../../src/core/mask/detect.ts';
import { compileRules } from '../../src/core/mask/engine.ts';
import { LiteralTable } from '../../src/core/mask/literal-table.ts';

let files: ReadonlyMap<string, string>;
let directory: string;
beforeAll(async () => {
  files = await joinModules();
  directory = mkdtempSync(join(tmpdir(), 'hallpass-joined-'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const programs = () => [...files].filter(([path]) => path.endsWith('.js'));

/** What is loaded at once with these files, theirs included. */
function loadedWith(...paths: string[]): string[] {
  const loaded = new Set(paths);
  for (const path of loaded)
    for (const [, id = ''] of (files.get(path) ?? '').matchAll(/^(?:import|export) (?:.* from )?"(.+)";$/gm))
      loaded.add(id.startsWith('.') ? posix.join(dirname(path), id) : id);
  return [...loaded];
}

/** The sources, packages' too, that these files were made of. */
function sourcesOf(paths: readonly string[]): string[] {
  const code = paths.map((path) => files.get(path) ?? '').join('\n');
  return [...code.matchAll(/^\/\/ ((?:src|node_modules)\/.*)$/gm)].map(([, source = '']) => source);
}

describe('the detection engine', () => {
  test('finds what the sources find', async () => {
    const detect = pathToFileURL(join(directory, 'core/mask/detect.js')).href;
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
    const having = programs().filter(([, code]) => code.includes(built));
    expect(having).toHaveLength(1);
    expect(having[0]?.[1]).toMatch(new RegExp(`\\bcount: ${anchors.length}\\b`));
  });

  test('is found without what hides', () => {
    const sources = sourcesOf(loadedWith('core/mask/detect.js'));
    expect(sources).toContain('src/core/mask/detect.ts');
    expect(sources.filter((source) => /mask-stream|masker|masked-string/.test(source))).toEqual([]);
  });
});

test('a command loads neither hub nor full screens, and no package that it has no use for', () => {
  const loaded = loadedWith('cli/main.js', 'cli/commands.js', 'cli/help.js');
  expect(loaded.filter((id) => !files.has(id) && !id.startsWith('node:'))).toEqual([]);
  const sources = sourcesOf(loaded);
  expect(sources).toContain('src/cli/base-command.ts');
  expect(
    sources.filter((source) => /^src\/(?:hub|tui|identity|core\/mask)\/|\/(?:zod|yaml|jose)\//.test(source)),
  ).toEqual([]);
});

test('requires nothing but what Node has and what is installed with it', () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    object
  >;
  // Where there are none, oclif goes without TypeScript, and ink without what mends screens.
  const asked = ['typescript', 'react-devtools-core'];
  const installed = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...asked];
  const there = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'node:sqlite']);
  const strange = programs().flatMap(([path, code]) =>
    [...code.matchAll(/(?:\b(?:__)?require\(| from |\bimport\(|^import )"([^"\s]+)"/gm)]
      .map(([, id = '']) => id)
      .filter((id) => (id.startsWith('.') ? !files.has(posix.join(dirname(path), id)) : !there.has(id)))
      .filter((id) => !installed.some((name) => `${id}/`.startsWith(`${name}/`)))
      .map((id) => `${path}: ${id}`),
  );
  expect(strange).toEqual([]);
});

test('of a package that has two halves only the one for users is there', () => {
  const screens = sourcesOf(programs().map(([path]) => path)).filter((source) => /\/react/.test(source));
  expect(screens).toContain('node_modules/react/cjs/react.production.js');
  expect(screens.filter((source) => source.includes('development'))).toEqual([]);
});

test('the licence of every package that is built in goes along', () => {
  const sources = sourcesOf(programs().map(([path]) => path));
  const names = sources.flatMap(
    (source) => /^node_modules\/(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? [],
  );
  expect(names).toContain('@oclif/core');
  const notice = files.get('THIRD-PARTY.txt') ?? '';
  const titles = new Set([...notice.matchAll(/^(\S+) \d.*\nLicense: \S.*\n\n\S/gm)].map(([, name]) => name));
  expect(names.filter((name) => !titles.has(name))).toEqual([]);
});

test('no path of the machine that compiled it is in it, nor anything but ASCII', () => {
  for (const [path, code] of programs()) {
    expect(code.includes(process.cwd()), path).toBe(false);
    expect(/^[\p{ASCII}]*$/v.test(code), path).toBe(true);
  }
});
