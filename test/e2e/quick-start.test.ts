import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { test } from 'vitest';

import { plant } from '../helpers/canaries.ts';
import { freePort } from '../helpers/free-port.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { walkThrough } from '../helpers/reader.ts';

test('every command of docs/quick-start.md says what stands there', { timeout: 240_000 }, async () => {
  await using hallpass = await sandbox();
  const names = new Map([
    ['4180', String(await freePort())],
    ['4190', String(await freePort())],
  ]);
  await walkThrough(
    { document: 'quick-start.md', preparation: [/^export PATH=.*$/m, /^alias .*$/m], names },
    hallpass,
  );
  const key = /=(.+)/.exec(await readFile(join(hallpass.home, 'project/.env'), 'utf8'))?.[1] ?? '';
  const { name: canary } = plant('the key in .env', key);
  hallpass.exempt({ canary, where: /\/home\/project\/\.env$/, because: 'the reader has written it there' });
});
