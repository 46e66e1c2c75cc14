#!/usr/bin/env node
// Runs on any Node, so nothing here may need a new one: the guard has to be able to speak.
import process from 'node:process';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `hallpass needs Node ${NEEDED} or newer; this is Node ${process.versions.node}.\n` +
      'Install a current Node, or from a checkout run it through npm: npx hallpass.\n',
  );
  process.exitCode = 7;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  // The fast path: nobody should wait for a command line parser to learn a version.
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`hallpass/${version}\n`);
} else {
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2), new URL('..', import.meta.url));
}
