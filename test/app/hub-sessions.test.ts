import { expect, test } from 'vitest';

import { findHubSession, type HubSessionsDeps, listHubSessions } from '../../src/app/hub-sessions.ts';
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

test('a hub that repeats its last page for ever is not followed for ever', async () => {
  const deps = depsOf(IDS);
  const client = { ...deps.client, list: () => Promise.resolve([listed('aaaa00000001')]) };
  expect(await all({ client })).toHaveLength(2);
});

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
