import { Agent } from 'undici';
import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Challenge } from '../../../src/proxy/upstream/authorization.ts';
import { ServerRequests } from '../../../src/proxy/upstream/server-requests.ts';
import { FakeUpstream } from '../../helpers/http-upstream.ts';

async function refusing(status: number, give: (challenge: Challenge) => Secret | undefined) {
  const upstream = await FakeUpstream.start(({ response }) =>
    response.writeHead(status, { 'www-authenticate': 'Bearer scope="x"' }).end('no'),
  );
  const challenges: Challenge[] = [];
  const requests = new ServerRequests({
    url: upstream.url,
    dispatcher: new Agent(),
    userAgent: 'test',
    authorization: {
      valueFor: () => Promise.resolve(new Secret('value-0')),
      onChallenge: (challenge) => {
        challenges.push(challenge);
        return Promise.resolve(give(challenge));
      },
      close: () => Promise.resolve(),
    },
  });
  const { signal } = new AbortController();
  const { statusCode, body } = await requests.send({
    method: 'POST',
    headers: {},
    body: Buffer.from('{}'),
    signal,
  });
  expect([statusCode, await body.text()]).toEqual([status, 'no']);
  await requests.close();
  await upstream.close();
  return { challenges, shown: upstream.asked.map(({ headers }) => headers.authorization) };
}

test.each([401, 403])(
  'a server that refuses everything (%d) is shown so many values, each another',
  async (status) => {
    let made = 0;
    const { challenges, shown } = await refusing(status, () => new Secret(`value-${(made += 1)}`));
    expect(shown).toEqual(Array.from({ length: LIMITS.challenges + 1 }, (_, at) => `Bearer value-${at}`));
    expect(challenges.map(({ refused }) => refused?.reveal())).toEqual(['value-0', 'value-1', 'value-2']);
    expect(challenges[0]).toMatchObject({ status, wwwAuthenticate: ['Bearer scope="x"'] });
  },
);

test('a refusal to which nobody has an answer stands, as does every other status', async () => {
  expect((await refusing(401, () => undefined)).shown).toHaveLength(1);
  expect((await refusing(404, () => new Secret('value-1'))).challenges).toEqual([]);
});
