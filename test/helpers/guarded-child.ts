// Starts the script it is given as a child, as hallpass starts a server, and tells both ids once the child speaks.
import { once } from 'node:events';
import process from 'node:process';

import { startChild } from '../../src/platform/child-process.ts';

const child = await startChild({
  command: process.execPath,
  args: ['-e', process.argv[2] ?? ''],
  env: process.env,
});
child.stderr.resume();
await once(child.stdout, 'data');
process.stdin.resume().on('data', () => void child.stop());
process.stdout.write('ready\n');
