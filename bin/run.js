#!/usr/bin/env node
// Runs on any Node, so nothing here may need a new one: the guard has to be able to speak.
import process from 'node:process';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  const message = `Node ${NEEDED} or newer is needed; this is Node ${process.versions.node}`;
  const hint = 'Install a current Node. In a checkout of hallpass, npx hallpass brings its own.';
  const error = { code: 'ERR_OLD_NODE', message, hint };
  const end = process.argv.indexOf('--');
  const asJson = process.argv.slice(0, end === -1 ? undefined : end).includes('--json');
  process.stderr.write(
    asJson ? `${JSON.stringify({ error })}\n` : `hallpass: ${message} [${error.code}]\n  ${hint}\n`,
  );
  process.exitCode = 7;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  // The fast path: nobody should wait for a command line parser to learn a version.
  const { readFileSync } = await import('node:fs');
  process.stdout.once('error', (cause) => void sayLost(cause));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`hallpass/${version}\n`);
} else {
  const { cacheCompiledCode } = await import('../dist/platform/compile-cache.js');
  cacheCompiledCode();
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2), import.meta.url);
}

async function sayLost(cause) {
  const { outputLost } = await import('../dist/cli/terminal.js');
  const { reportError } = await import('../dist/cli/report-error.js');
  try {
    outputLost(cause);
  } catch (error) {
    process.exitCode = reportError(error, { json: false, debug: false });
  }
}
