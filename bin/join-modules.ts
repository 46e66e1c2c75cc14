import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

import { compileRules } from '../src/core/mask/engine.ts';
import { LiteralTable } from '../src/core/mask/literal-table.ts';
import { thirdPartyNotice } from './third-party.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is found by its path: all else is where the joining puts it. */
const ENTRIES = [
  // bin/run.js imports them,
  'platform/compile-cache.ts',
  'cli/main.ts',
  'cli/report-error.ts',
  'cli/terminal.ts',
  // package.json names them to oclif,
  'cli/command-not-found.ts',
  'cli/commands.ts',
  'cli/help.ts',
  // they are a process and a thread of their own,
  'platform/keychain-child.ts',
  'cli/scan-worker.ts',
  'platform/pipe-worker.ts',
  // and bench/engine-load.ts measures it.
  'core/mask/detect.ts',
];

/** Packages that stay in node_modules: they have compiled parts, or only a hub or a database needs them. */
const APART = [
  '@hono/node-server',
  '@lydell/node-pty',
  '@napi-rs/keyring',
  'hono',
  // In a form of which a bundler does not see what it requires.
  'jsonc-parser',
  'keytar',
  'oidc-provider',
  'pg',
  // ink asks for it where somebody mends a screen.
  'react-devtools-core',
  // oclif asks whether it is there.
  'typescript',
];

/**
 * Makes some 300 modules of the 2,000 that hallpass and the packages its commands need have: to load them one by one takes Node
 * longer than all that most commands do. What is imported by `import()` is still loaded by nobody else. By path, the files of `dist`.
 */
export async function joinModules(): Promise<ReadonlyMap<string, string>> {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(ENTRIES.map((path) => [path.replace(/\.ts$/, ''), resolve(root, 'src', path)])),
    external: isApart,
    platform: 'node',
    tsconfig: false,
    transform: {
      // As a constant, so that React's other half is left out.
      define: { 'process.env.NODE_ENV': '"production"' },
      jsx: { runtime: 'automatic', development: false },
    },
    plugins: [builtTable()],
    // Those that stay would be loaded together with what imports them.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.generate({
    comments: false,
    entryFileNames: '[name].js',
    // One directory below, as in src. With its hash: what an older hallpass that still runs loads late is its own, or not there.
    chunkFileNames: 'joined/[name]-[hash].js',
  });
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  const files = new Map(chunks.map(({ fileName, code }) => [fileName, inAscii(code)]));
  return files.set('THIRD-PARTY.txt', thirdPartyNotice(chunks));
}

function isApart(id: string): boolean {
  if (id.startsWith('.') || id.startsWith('/')) return false;
  return (
    builtinModules.includes(id.replace(/^node:/, '')) || APART.some((name) => `${id}/`.startsWith(`${name}/`))
  );
}

/** The tables of the rules that ship, ready: sources build them when they are loaded. */
function builtTable(): Plugin {
  const place = resolve(root, 'src/core/mask/built-table.ts');
  const { anchors } = compileRules();
  const base64 = Buffer.from(new LiteralTable(anchors).bytes).toString('base64');
  const code = `export const BUILT = { table: { count: ${anchors.length}, base64: '${base64}' } };\n`;
  return { name: 'built-table', load: (id) => (id === place ? { code, moduleType: 'js' } : undefined) };
}

// A source with any other character in it takes V8 two bytes for each.
function inAscii(code: string): string {
  return code.replaceAll(/[^\p{ASCII}]/gv, (char) =>
    char.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
