import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { sandbox } from '../helpers/hallpass.ts';
import { PseudoTerminal } from '../helpers/pseudo-terminal.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s leaves the terminal as it was, and ends with %i', async (signal, code) => {
  await using box = await sandbox();
  const terminal = new PseudoTerminal(box, [process.execPath, CLI, 'review'], { columns: 80, rows: 24 });
  await terminal.saying(/Nothing has been recorded yet/);
  terminal.signal(signal);
  expect(await terminal.finished).toBe(code);
  // Wrapping, the cursor and the screen below: the last word on each is that it is back.
  for (const mode of ['7', '25', '1049'])
    expect(terminal.text.lastIndexOf(`\u001b[?${mode}${mode === '1049' ? 'l' : 'h'}`)).toBeGreaterThan(
      terminal.text.lastIndexOf(`\u001b[?${mode}${mode === '1049' ? 'h' : 'l'}`),
    );
});
