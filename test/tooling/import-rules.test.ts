import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = join(root, '.dependency-cruiser.js');

/** Per rule, files that break it. Their imports are spelled in every way TypeScript has. */
const FORBIDDEN: Record<string, Record<string, string>> = {
  'core-imports': {
    'src/core/imports-platform.ts': "import { x } from '../platform/x.ts'; export { x };",
    'src/core/mask/imports-a-type.ts': "import type { X } from '../../app/x.ts'; export type Y = X;",
    'src/core/mask/reexports.ts': "export { x } from '../../cli/x.ts';",
  },
  'core-is-pure': {
    'src/core/reads-files.ts': "import { readFileSync } from 'node:fs'; export { readFileSync };",
    'src/core/reads-files-unprefixed.ts': "import { readFileSync } from 'fs'; export { readFileSync };",
    'src/core/opens-sockets.ts': "export const net = async () => import('node:net');",
    'src/core/reads-the-environment.ts': "import process from 'node:process'; export const e = process;",
  },
  'core-has-no-packages': {
    'src/core/uses-a-package.ts': "import shipped from 'shipped'; export { shipped };",
  },
  'proxy-client-side-imports': {
    'src/proxy/client-side/to-stage.ts': "import { x } from '../stages/x.ts'; export { x };",
    'src/proxy/client-side/to-platform.ts': "import { x } from '../../platform/x.ts'; export { x };",
  },
  'proxy-stages-imports': {
    'src/proxy/stages/to-upstream.ts': "import { x } from '../upstream/x.ts'; export { x };",
    'src/proxy/stages/to-proxy.ts': "import type { X } from '../proxy.ts'; export type Y = X;",
  },
  'proxy-upstream-imports': {
    'src/proxy/upstream/to-client-side.ts': "import { x } from '../client-side/x.ts'; export { x };",
  },
  'proxy-imports': { 'src/proxy/to-app.ts': "import { x } from '../app/x.ts'; export { x };" },
  'identity-imports': {
    'src/identity/to-platform.ts': "import { x } from '../platform/x.ts'; export { x };",
  },
  'platform-imports': {
    'src/platform/to-identity.ts': "import { x } from '../identity/x.ts'; export { x };",
  },
  'hub-imports': { 'src/hub/to-app.ts': "import { x } from '../app/x.ts'; export { x };" },
  'tui-imports': { 'src/tui/to-hub.ts': "import { x } from '../hub/x.ts'; export { x };" },
  'app-imports': {
    'src/app/to-platform.ts': "import { x } from '../platform/x.ts'; export { x };",
    'src/app/to-tui.ts': "export const tui = async () => import('../tui/x.ts');",
    'src/app/to-cli.ts': "import { x } from '../cli/x.ts'; export { x };",
  },
  'commands-imports': {
    'src/commands/to-core.ts': "import { x } from '../core/x.ts'; export { x };",
    'src/commands/to-proxy.ts': "import { x } from '../proxy/proxy.ts'; export { x };",
  },
  'heavy-parts-load-late': {
    'src/cli/static-tui.ts': "import { x } from '../tui/x.ts'; export { x };",
    'src/app/static-hub.ts': "import { x } from '../hub/x.ts'; export { x };",
  },
  'no-circle': {
    'src/core/circle.ts': "import { y } from './circle.ts'; export const z = y; export const y = 1;",
  },
  'src-stands-alone': { 'src/cli/to-test.ts': "import { x } from '../../test/x.ts'; export { x };" },
  'no-dev-dependency': {
    'src/cli/uses-dev.ts': "import dev from 'dev-only'; export { dev };",
    'src/cli/uses-undeclared.ts': "import undeclared from 'undeclared'; export { undeclared };",
  },
  resolvable: { 'src/cli/typo.ts': "import { x } from './no-such-file.ts'; export { x };" },
};

/** What the same rules let through. */
const ALLOWED: Record<string, string> = {
  'src/core/hash.ts': "import { createHash } from 'node:crypto'; export { createHash };",
  'src/core/mask/imports-core.ts': "import { x } from '../x.ts'; export { x };",
  'src/proxy/stages/imports-sibling.ts': "import { x } from './x.ts'; export { x };",
  'src/proxy/joins.ts': "export { x } from './stages/x.ts'; export { x as y } from './upstream/x.ts';",
  'src/platform/reads-files.ts': "import { readFileSync } from 'node:fs'; export { readFileSync };",
  'src/app/imports-proxy.ts': "import { x } from '../proxy/proxy.ts'; export { x };",
  'src/app/imports-hub-type.ts': "import type { X } from '../hub/x.ts'; export type Y = X;",
  'src/cli/loads-tui-late.ts': "export const tui = async () => import('../tui/x.ts');",
  'src/cli/wires.ts': "export { x } from '../platform/x.ts'; export { x as y } from '../app/x.ts';",
  'src/cli/uses-a-package.ts': "import shipped from 'shipped'; export { shipped };",
  'src/commands/imports-errors.ts': "import { x } from '../core/errors.ts'; export { x };",
};

const TARGETS = [
  'core/x',
  'core/mask/x',
  'core/errors',
  'platform/x',
  'identity/x',
  'hub/x',
  'tui/x',
  'app/x',
  'cli/x',
  'proxy/proxy',
  'proxy/stages/x',
  'proxy/upstream/x',
  'proxy/client-side/x',
];

describe('the import rules', () => {
  let house: string;
  let broken: Map<string, string[]>;

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'hallpass-imports-'));
    await buildHouse(house);
    broken = await cruise(house);
  });
  afterAll(() => rm(house, { recursive: true, force: true }));

  const cases = Object.entries(FORBIDDEN).flatMap(([rule, files]) =>
    Object.keys(files).map((file) => ({ rule, file })),
  );
  test.each(cases)('$rule refuses $file', ({ rule, file }) => {
    expect(broken.get(file)).toContain(rule);
  });

  test.each(Object.keys(ALLOWED))('allow %s', (file) => {
    expect(broken.get(file)).toBeUndefined();
  });

  test('each have a case here that breaks them', async () => {
    const { default: rules } = (await import(config)) as { default: { forbidden: { name: string }[] } };
    expect(rules.forbidden.map((rule) => rule.name).toSorted()).toEqual(Object.keys(FORBIDDEN).toSorted());
  });
});

async function buildHouse(house: string): Promise<void> {
  const files: Record<string, string> = {
    ...Object.fromEntries(
      TARGETS.map((name) => [`src/${name}.ts`, 'export type X = 1; export const x = 1;']),
    ),
    'test/x.ts': 'export const x = 1;',
    'package.json': JSON.stringify({ dependencies: { shipped: '1' }, devDependencies: { 'dev-only': '1' } }),
    ...ALLOWED,
    ...Object.fromEntries(Object.values(FORBIDDEN).flatMap((cases) => Object.entries(cases))),
  };
  for (const name of ['shipped', 'dev-only', 'undeclared']) {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0', main: 'index.js' });
    files[`node_modules/${name}/index.js`] = 'export default 1;';
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }
}

/** Runs the real tool with the real config over the house; answers which file broke which rules. */
async function cruise(house: string): Promise<Map<string, string[]>> {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const run = promisify(execFile)(
    process.execPath,
    [tool, 'src', '--config', config, '--output-type', 'json'],
    {
      cwd: house,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  // It exits non-zero because of the violations, which is what is wanted.
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
  const report = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const broken = new Map<string, string[]>();
  for (const { from, rule } of report.summary.violations)
    broken.set(from, [...(broken.get(from) ?? []), rule.name]);
  return broken;
}
