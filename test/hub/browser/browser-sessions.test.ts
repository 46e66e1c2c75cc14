import { expect, test } from 'vitest';

import { BrowserSessions } from '../../../src/hub/browser/browser-sessions.ts';
import type { Browsers, StoredBrowser } from '../../../src/hub/db/database.ts';

function memoryBrowsers(): Browsers {
  const stored = new Map<string, StoredBrowser>();
  return {
    put: async (browser) => {
      stored.set(browser.digest, browser);
      await Promise.resolve();
    },
    find: async (digest) => Promise.resolve(stored.get(digest)),
    remove: async (digest) => {
      stored.delete(digest);
      await Promise.resolve();
    },
  };
}

test('whom an issuer signed in is nobody once the hub has another', async () => {
  const database = memoryBrowsers();
  const now = () => 1_000_000;
  const before = new BrowserSessions(database, { issuer: 'https://any-password.example', now });
  const cookie = await before.open({ subject: 'admin', groups: ['admins'], authTime: now() });
  expect(await before.find(cookie)).toMatchObject({ subject: 'admin' });
  const again = new BrowserSessions(database, { issuer: 'https://any-password.example', now });
  expect(await again.find(cookie)).toMatchObject({ subject: 'admin' });
  const after = new BrowserSessions(database, { issuer: 'https://login.example', now });
  expect(await after.find(cookie)).toBeUndefined();
  await again.close(cookie);
  expect(await again.find(cookie)).toBeUndefined();
});
