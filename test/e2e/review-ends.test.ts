import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { PseudoTerminal } from '../helpers/pseudo-terminal.ts';
import { ReviewScreen } from '../helpers/review-screen.ts';

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

const QUESTION = /Passphrase of hallpass \(none: to look only\): /;

function asked(box: Sandbox, ...args: string[]): ReviewScreen {
  return new ReviewScreen(box, args, { columns: 100, rows: 24, env: { HALLPASS_PASSPHRASE: '' } });
}

test('the passphrase is asked for before the screen, once', cites('review.asks-first'), async () => {
  await using box = await sandbox();
  expect((await box.run(['run', '--', 'true'])).code).toBe(0);
  const remark = async (screen: ReviewScreen, text: string): Promise<void> => {
    await screen.shows(/seal +verified/);
    screen.type('N');
    await screen.shows(/Note on .*: _/);
    screen.type(`${text}\r`);
  };
  {
    using screen = asked(box, 'last');
    await screen.shows(QUESTION);
    screen.type(`${box.env['HALLPASS_PASSPHRASE']}\r`);
    await remark(screen, 'seen');
    await screen.shows(/noted in session/);
    screen.type('q');
    expect(await screen.finished).toBe(0);
  }
  {
    using screen = asked(box, 'last');
    await screen.shows(QUESTION);
    screen.type('\r');
    await remark(screen, 'unseen');
    await screen.shows(/HALLPASS_PASSPHRASE is not set[\s\S]*Set HALLPASS_PASSPHRASE/);
  }
  using screen = asked(box);
  await screen.shows(QUESTION);
  screen.type('wrong\r');
  await screen.shows(/the passphrase is wrong/);
  expect(await screen.finished).toBe(7);
});
