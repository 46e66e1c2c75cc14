import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { rolldown } from 'rolldown';

/** Where in what was compiled the engine lies. */
const ENGINE = 'core/mask';
/** What `scan` imports, with all that these need, is one module; the rest, which hides what was found, is another. */
const FINDING = ['detect.js', 'placeholder-text.js', 'rules/built-in.js'];

/**
 * Makes two modules of the some 140 of the detection engine: to load them one by one takes Node twice as long as all that they
 * do. What others import stays where it was, and hands on what the two have. The tables of the rules that ship are put in, ready.
 */
export async function joinEngine(directory: string): Promise<void> {
  // Says of what was compiled that it is modules.
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  const engine = resolve(directory, ENGINE);
  await writeTable(engine);
  const finding = new Set<string>();
  for (const file of FINDING) addReached(join(engine, file), engine, finding);
  const bundle = await rolldown({
    cwd: directory,
    input: Object.fromEntries(entriesOf(directory, engine).map((path) => [nameOf(path, engine), path])),
    external: (id, from) => from !== undefined && !resolve(dirname(from), id).startsWith(engine),
    platform: 'node',
    // Those that stay would be loaded together with what imports them.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.generate({
    entryFileNames: '[name].js',
    chunkFileNames: 'joined-[name].js',
    codeSplitting: {
      groups: [
        { name: 'finding', test: (id) => finding.has(id), priority: 1 },
        { name: 'hiding', test: () => true },
      ],
    },
  });
  for (const file of globSync('**/*.js', { cwd: engine })) rmSync(join(engine, file));
  for (const file of output)
    if (file.type === 'chunk') writeFileSync(join(engine, file.fileName), inAscii(file.code));
}

// A source with any other character in it takes V8 two bytes for each.
function inAscii(code: string): string {
  return code.replaceAll(/[^\p{ASCII}]/gv, (char) =>
    char.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** The engine's files that others import. */
function entriesOf(directory: string, engine: string): readonly string[] {
  const found = new Set<string>();
  for (const file of globSync('**/*.js', { cwd: directory })) {
    const path = resolve(directory, file);
    if (!path.startsWith(engine))
      for (const one of importsOf(path)) if (one.startsWith(engine)) found.add(one);
  }
  return [...found].toSorted();
}

function nameOf(path: string, engine: string): string {
  return relative(engine, path).replace(/\.js$/, '');
}

/** Adds the file, and those of the engine that are loaded with it. */
function addReached(path: string, engine: string, found: Set<string>): void {
  if (found.has(path) || !path.startsWith(engine)) return;
  found.add(path);
  for (const one of importsOf(path)) addReached(one, engine, found);
}

function importsOf(path: string): string[] {
  const ids = [...readFileSync(path, 'utf8').matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)];
  return ids.map(([, id = '']) => resolve(dirname(path), id));
}

/** `built-table.js`, with the tables in it. */
async function writeTable(engine: string): Promise<void> {
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(engine, file)).href);
  const { compileRules } = (await load('engine.js')) as typeof import('../src/core/mask/engine.ts');
  const { LiteralTable } = (await load(
    'literal-table.js',
  )) as typeof import('../src/core/mask/literal-table.ts');
  const { anchors } = compileRules();
  const base64 = Buffer.from(new LiteralTable(anchors).bytes).toString('base64');
  const text = `export const BUILT = { table: { count: ${anchors.length}, base64: '${base64}' } };\n`;
  writeFileSync(join(engine, 'built-table.js'), text);
}
