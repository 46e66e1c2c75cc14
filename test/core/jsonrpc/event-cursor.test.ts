import { expect, test } from 'vitest';

import { EventCursor } from '../../../src/core/jsonrpc/event-cursor.ts';
import { SseFramer } from '../../../src/core/jsonrpc/sse.ts';

test.each<[string, Partial<EventCursor>]>([
  ['data: x\n\n', { id: undefined, retryMs: undefined, messages: 1 }],
  ['id: 1\nretry: 20\ndata:\n\n', { id: '1', retryMs: 20, messages: 0 }],
  ['id: 1\ndata: x\n\nid:2\ndata: y\n\ndata: z\n\n', { id: '2', messages: 3 }],
  ['id: a: b\n\n', { id: 'a: b' }],
  ['id: 1\n\nid\n\n', { id: undefined }],
  ['id: 1\n\nid: a\0b\n\n', { id: '1' }],
  ['retry: 1s\n\nretry: -5\n\n', { retryMs: undefined }],
  ['retry: 99999999999999\n\n', { retryMs: 2_147_483_647 }],
  [': id: 1\nidea: 2\n\n', { id: undefined }],
])('%j is read', (text, expected) => {
  const cursor = new EventCursor();
  for (const event of new SseFramer().push(Buffer.from(text))) cursor.see(event);
  expect(cursor).toMatchObject(expected);
});
