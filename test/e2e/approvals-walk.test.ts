import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';

import { findChromium, openChromium } from '../hub/helpers/chromium.ts';
import { plant } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { freePort } from '../helpers/free-port.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { type Postgres, postgresIsMissing, startPostgres } from '../helpers/postgres.ts';
import { walkThrough } from '../helpers/reader.ts';
import { tmuxIsMissing } from '../helpers/tmux.ts';

const TABLES = 'SELECT tablename FROM pg_tables WHERE tablename = ANY($1)';

test(
  'a stranger follows docs/approvals.md from nothing to a DROP TABLE that was denied, then approved',
  { timeout: 240_000, ...cites('approvals.walk') },
  async (context) => {
    const chromium = findChromium();
    const missing = (await postgresIsMissing()) ?? tmuxIsMissing();
    if (missing !== undefined) context.skip(missing);
    if (chromium === undefined) context.skip('chromium is not installed');
    // Started while there is time: a call waits for 50 seconds.
    await using browser = await openChromium(chromium ?? '');
    await using database = await startPostgres();
    await using hallpass = await sandbox();
    const { name: canary } = plant('the password of the database', database.password);
    hallpass.exempt({ canary, where: /\/home\/shop\/\.env$/, because: 'the reader has written it there' });
    const names = new Map([
      ['5432', String(database.port)],
      ['4180', String(await freePort())],
    ]);
    const seen: string[] = [];
    const follow = async (line: string): Promise<void> => {
      if (/still there|is gone/.test(line)) seen.push(await tables(database));
      if (line.includes('press **Approve**')) await approveIn(browser, line);
    };
    const walk = {
      document: 'approvals.md',
      preparation: [/^mkdir -p ~\/bin.*$/m, /^export PATH=.*$/m, /^alias .*$/m],
      names,
      env: { PGPASSWORD: database.password },
      follow,
    };
    await walkThrough(walk, hallpass);
    expect(seen).toEqual(['customers', '']);
    expect(await tables(database)).toBe('');
  },
);

async function tables(database: Postgres): Promise<string> {
  const rows = await database.query(TABLES, [['customers', 'orders']]);
  return rows.map(({ tablename }) => String(tablename)).join();
}

/** Does what the sentence says: `Open <address>, sign in as …, justify it with … and press **Approve**`. */
async function approveIn(browser: Browser, line: string): Promise<void> {
  const [, address = '', account = '', reason = ''] = /<(http.*?)>.*?`(.*?)`.*?`(.*?)`/.exec(line) ?? [];
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel(account).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Justification').fill(reason);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText(reason).waitFor();
}
