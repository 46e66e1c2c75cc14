// Compiles src to dist, first removing from dist what no source stands for any more: dist is what npm publishes.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, rmSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

for (const built of globSync('dist/**/*.js')) {
  const source = built.replace(/^dist/, 'src').replace(/js$/, 'ts');
  if (!existsSync(source) && !existsSync(`${source}x`)) rmSync(built);
}
const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
process.exitCode = spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status ?? 1;
