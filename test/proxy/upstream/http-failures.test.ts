import { expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import { EventCursor } from '../../../src/core/jsonrpc/event-cursor.ts';
import { HttpFailures } from '../../../src/proxy/upstream/http-failures.ts';

test('what failed is told to client and person without the secrets that the server may have put into it', async () => {
  const [sent, troubles]: [string[], string[]] = [[], []];
  const failures = new HttpFailures({
    maskText: (bytes) => Buffer.from(Buffer.from(bytes).toString().replace('S3cret', 'hpm_masked')),
    onTrouble: (what) => troubles.push(what),
    settle: () => true,
  });
  const lane = {
    scope: 'one',
    signal: new AbortController().signal,
    send: (bytes: Uint8Array) => Promise.resolve(void sent.push(Buffer.from(bytes).toString())),
  };
  const body = Buffer.from('{"jsonrpc":"2.0","id":7,"method":"tools/list"}');
  const exchange = { method: 'POST' as const, headers: {}, lane, body, cursor: new EventCursor() };
  const error = new HallpassError('ERR_OAUTH', 'nothing at https://mcp.example/S3cret says how to be let in');
  await failures.unreachable(exchange, error);
  expect(sent).toEqual([expect.stringContaining('https://mcp.example/hpm_masked')]);
  expect(troubles).toEqual([expect.stringContaining('https://mcp.example/hpm_masked')]);
});
