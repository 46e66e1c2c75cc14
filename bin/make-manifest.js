// Writes oclif.manifest.json from the built command table, so that starting up needs no look at the commands.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
execFileSync(process.execPath, ['node_modules/oclif/bin/run.js', 'manifest', '.'], { cwd: root, stdio: 'pipe' });
