import { Agent, type Dispatcher } from 'undici';
import { expect, test } from 'vitest';

import { ServerRequests } from '../../../src/proxy/upstream/server-requests.ts';
import { events, FakeUpstream, json } from '../../helpers/http-upstream.ts';

/** Passes all on, and keeps how long each answer may take. */
class Watched extends Agent {
  readonly limits: (readonly [unknown, unknown])[] = [];

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.limits.push([options.headersTimeout, options.bodyTimeout]);
    return super.dispatch(options, handler);
  }
}

test('an answer may begin as late as it likes, and a stream be silent as long as it likes', async () => {
  const upstream = await FakeUpstream.start(({ method, response }) =>
    method === 'POST' ? json(response, {}) : events(response)(': nothing yet\n\n'),
  );
  const dispatcher = new Watched();
  const requests = new ServerRequests({ url: upstream.url, dispatcher, userAgent: 'hallpass/test' });
  const { signal } = new AbortController();
  for (const method of ['POST', 'GET'] as const) {
    const body = method === 'POST' ? { body: Buffer.from('{}') } : {};
    const { body: answer } = await requests.send({ method, headers: {}, signal, ...body });
    answer.once('error', () => undefined).destroy();
  }
  // 0 is none; without it undici has 300 s for each.
  expect(dispatcher.limits).toEqual([
    [0, 0],
    [0, 0],
  ]);
  await upstream.close();
  await dispatcher.destroy();
});
