// Writes what is generated: oclif.manifest.json, docs/errors.md, docs/rules.md, the command list of the README and the
// compiled gate of the detector.
//   node bin/generate.ts            all of it
//   node bin/generate.ts manifest   only what the command line needs to start
//   node bin/generate.ts --check    writes nothing; exits 1 and names what is out of date
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { Plugin } from '@oclif/core';

import { groupCommands } from '../src/cli/command-groups.ts';
import { ERRORS, EXIT } from '../src/core/errors.ts';
import { gateModule } from './gate-module.ts';
import { policyPage } from './policy-page.ts';
import { rulesPage } from './rules-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [mode] = process.argv.slice(2);

const manifest = await readManifest();
const files = {
  'oclif.manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
  ...(mode !== 'manifest' && {
    'docs/errors.md': errorsPage(),
    'docs/policy.md': policyPage(current('docs/policy.md')),
    'docs/rules.md': rulesPage(),
    'src/core/mask/gate-module.ts': await gateModule(),
    'README.md': withCommandList(current('README.md')),
  }),
};

for (const [path, text] of Object.entries(files)) {
  if (current(path) === text) continue;
  if (mode === '--check') {
    process.stderr.write(`${path} is out of date: run \`npm run generate\` and commit it\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(`${root}${path}`, text);
  }
}

/** The command table as oclif would discover it from dist; with it in a file, starting up loads no command. */
async function readManifest(): Promise<Plugin['manifest']> {
  const options = { errorOnManifestCreate: true, ignoreManifest: true, respectNoCacheDefault: true };
  const plugin = new Plugin({ ...options, root, type: 'core' });
  await plugin.load();
  return plugin.manifest;
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { exit, hint }]) => `| \`${code}\` | ${EXIT[exit]} | ${cell(hint)} |`,
  );
  return [
    '# Error codes',
    '',
    'Stable: a script may match on the code (`--json` prints it) and on the exit code. Generated from',
    '[src/core/errors.ts](../src/core/errors.ts) by `npm run generate`.',
    '',
    '| code | exit | what to do, unless the error itself says better |',
    '| --- | --- | --- |',
    ...rows.toSorted(),
    '',
  ].join('\n');
}

/** Replaces what stands between the markers `<!-- commands -->` and `<!-- /commands -->`. */
function withCommandList(readme: string): string {
  const block = /(<!-- commands -->\n)[\s\S]*(<!-- \/commands -->)/;
  if (!block.test(readme)) throw new Error('README.md has lost its <!-- commands --> block');
  return readme.replace(block, (_, start: string, end: string) => `${start}${commandList()}${end}`);
}

function commandList(): string {
  const visible = Object.values(manifest.commands).filter((command) => !command.hidden);
  const tables = groupCommands(visible).map(({ title, commands }) => {
    const rows = commands.map(({ id, summary, description }) => {
      const line = (summary ?? description ?? '').split('\n')[0] ?? '';
      return `| \`hallpass ${id.replaceAll(':', ' ')}\` | ${cell(line)} |`;
    });
    return [`| ${title} | |`, '| --- | --- |', ...rows].join('\n');
  });
  return `\n${tables.join('\n\n')}\n\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function current(path: string): string {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
