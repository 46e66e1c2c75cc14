import { expect, test } from 'vitest';

import { findHubSession, type HubSessionsDeps, listHubSessions } from '../../src/app/hub-sessions.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { HubSession } from '../../src/identity/hub-answers.ts';

const IDS = ['aaaa00000001', 'aabb00000002', 'bbbb00000003', 'cccc00000004', 'dddd00000005'];

/** A hub that shows two sessions a page. */
function depsOf(ids: readonly string[]) {
  const asked: (string | undefined)[] = [];
  const client = {
    origin: 'https://hub.example',
    session: () => Promise.reject(new Error('not asked for')),
    download: () => {
      throw new Error('not asked for');
    },
    list: (before?: string): Promise<HubSession[]> => {
      asked.push(before);
      const from = before === undefined ? 0 : ids.indexOf(before) + 1;
      return Promise.resolve(ids.slice(from, from + 2).map(listed));
    },
  };
  return { client, asked };
}

function listed(session: string): HubSession {
  const unknown = { kind: null, connection: null, subject: null, started_at: null, ended_at: null };
  return { session, ...unknown, events: null, findings: null, state: 'accepted' };
}

async function all(deps: HubSessionsDeps): Promise<string[]> {
  const found: string[] = [];
  for await (const { session } of listHubSessions(deps)) found.push(session);
  return found;
}

test('all pages are listed, each asked for once', async () => {
  const deps = depsOf(IDS);
  expect(await all(deps)).toEqual(IDS);
  expect(deps.asked).toEqual([undefined, 'aabb00000002', 'cccc00000004', 'dddd00000005']);
});

test.each([
  ['its last page', (n: number) => [listed(IDS[Math.min(n, 1)] ?? '')]],
  ['two pages in turn', (n: number) => [listed(IDS[n % 2] ?? '')]],
  ['an older one at the end of new ones', (n: number) => [listed(nth(n)), listed(nth(0))]],
])('a hub that shows %s again is not followed any further, and each is listed once', async (_, pageOf) => {
  let asked = 0;
  const client = { ...depsOf(IDS).client, list: () => Promise.resolve(pageOf(asked++)) };
  const found: string[] = [];
  const listing = (async () => {
    for await (const { session } of listHubSessions({ client })) found.push(session);
  })();
  await expect(listing).rejects.toThrowWithCode('ERR_HUB');
  await expect(listing).rejects.toThrow('https://hub.example shows the same ones again');
  expect(new Set(found).size).toBe(found.length);
  expect(asked).toBeLessThan(4);
});

test('a hub that makes up new ones for ever is followed so far and no further', async () => {
  let asked = 0;
  const client = { ...depsOf(IDS).client, list: () => Promise.resolve([listed(nth(asked++))]) };
  await expect(all({ client })).rejects.toThrow(`after ${LIMITS.hubListPages} pages`);
  expect(asked).toBe(LIMITS.hubListPages);
});

function nth(n: number): string {
  return n.toString(36).padStart(12, '0');
}

test('a session is found by name, by its beginning on whatever page, or as the last', async () => {
  expect(await findHubSession('eeee00000006', depsOf([]))).toBe('eeee00000006');
  expect(await findHubSession('dd', depsOf(IDS))).toBe('dddd00000005');
  const last = depsOf(IDS);
  expect(await findHubSession('last', last)).toBe('aaaa00000001');
  expect(last.asked).toEqual([undefined]);
});

test('what is not there, or not one, is said', async () => {
  await expect(findHubSession('aa', depsOf(IDS))).rejects.toThrow('aaaa00000001, aabb00000002');
  await expect(findHubSession('zz', depsOf(IDS))).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  await expect(findHubSession('last', depsOf([]))).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
});
