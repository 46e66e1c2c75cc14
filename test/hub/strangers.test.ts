import { join } from 'node:path';

import { expect, test } from 'vitest';

import { developmentConfig } from '../../src/hub/config.ts';
import { openSqlite } from '../../src/hub/db/sqlite.ts';
import { createApp } from '../../src/hub/http/app.ts';
import { KeyedQueue } from '../../src/hub/keyed-queue.ts';
import { type SessionDeps, sessionRoutes } from '../../src/hub/routes/sessions.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const ID = 'aaaa00000001';

/** Takes the request of one owner and never lets go. */
class BusyQueue extends KeyedQueue {
  override run<T>(): Promise<T> {
    return new Promise(() => undefined);
  }
}

test('a stranger is answered at once while the owner of a session is busy with it, as if it were not there', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  await database.sessions.begin({ id: ID, owner: 'issuer|ada', subject: 'ada', now: 0 }, 10);
  const claims = { subject: 'eve', groups: [], audience: 'https://hub.example', scopes: ['sessions:write'] };
  const deps = {
    config: developmentConfig({ host: '127.0.0.1', port: 0 }),
    hub: 'https://hub.example',
    issuer: 'issuer',
    tokens: { inspect: () => Promise.resolve(claims) },
    database,
    queue: new BusyQueue(),
  };
  const app = createApp((error) => expect.unreachable(error.message));
  // Nothing else is used before it is known whose session it is.
  sessionRoutes(app, deps as unknown as SessionDeps);
  const ask = async (id: string, path: string, body: object | string) => {
    const method = typeof body === 'string' ? 'PUT' : 'POST';
    const headers = { authorization: 'Bearer x' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await app.request(`/sessions/${id}/${path}`, { method, headers, body: text });
    return [answer.status, await answer.text()];
  };
  const seal = { checkpoint: '', signature: '', log_bytes: 0, payload_bytes: 0 };
  for (const path of ['seal', 'checkpoint'])
    expect(await ask(ID, path, seal)).toEqual(await ask('zzzz00000001', path, seal));
  expect((await ask(ID, 'checkpoint', seal))[0]).toBe(404);
  expect((await ask(ID, 'log/0', 'x'))[0]).toBe(404);
  await database.close();
});
