import { expect, test } from 'vitest';

import { PendingRequests } from '../../../src/core/jsonrpc/pending.ts';
import type { Lane } from '../../../src/core/lane.ts';
import { LIMITS } from '../../../src/core/limits.ts';

function lane(scope: string): Lane {
  return { scope, signal: new AbortController().signal, send: () => Promise.resolve() };
}

const request = (scope: string, id: string, method = 'tools/call') => ({
  method,
  target: 'x',
  masked: 0,
  since: 5,
  lane: lane(scope),
  id,
});

test('a request waits under its direction, scope and id until it is settled', () => {
  const pending = new PendingRequests();
  pending.add('to_server', request('a', '1'));
  expect(pending.get('to_server', 'a', '1')).toMatchObject({ method: 'tools/call', target: 'x', since: 5 });
  expect(pending.get('to_client', 'a', '1')).toBeUndefined();
  expect(pending.get('to_server', 'b', '1')).toBeUndefined();
  expect(pending.get('to_server', 'a', '"1"')).toBeUndefined();
  pending.settle('to_server', 'a', '1');
  expect(pending.get('to_server', 'a', '1')).toBeUndefined();
});

test('only the first to settle a request is told that it waited', () => {
  const pending = new PendingRequests();
  pending.add('to_server', request('a', '1'));
  expect(pending.settle('to_server', 'a', '2')).toBe(false);
  expect(pending.settle('to_server', 'a', '1')).toBe(true);
  expect(pending.settle('to_server', 'a', '1')).toBe(false);
});

test('equal ids of two scopes, and of both directions, do not touch', () => {
  const pending = new PendingRequests();
  pending.add('to_server', request('a', '1', 'one'));
  pending.add('to_server', request('b', '1', 'two'));
  pending.add('to_client', request('a', '1', 'three'));
  pending.settle('to_server', 'a', '1');
  expect(pending.get('to_server', 'b', '1')?.method).toBe('two');
  expect(pending.get('to_client', 'a', '1')?.method).toBe('three');
});

test('draining takes what waits for the server, and nothing that waits for the client', () => {
  const pending = new PendingRequests();
  pending.add('to_server', request('a', '1'));
  pending.add('to_server', request('b', '2'));
  pending.add('to_client', request('a', '3'));
  expect(pending.drain().map(({ id }) => id)).toEqual(['1', '2']);
  expect(pending.drain()).toEqual([]);
  expect(pending.get('to_client', 'a', '3')).toBeDefined();
});

test('draining one scope leaves the others', () => {
  const pending = new PendingRequests();
  pending.add('to_server', request('a', '1'));
  pending.add('to_server', request('b', '2'));
  expect(pending.drain('b').map(({ id, lane: { scope } }) => [scope, id])).toEqual([['b', '2']]);
  expect(pending.drain('a').map(({ id }) => id)).toEqual(['1']);
});

test('of more than peers ever leave unanswered the oldest is forgotten, and one that is asked again is new', () => {
  const pending = new PendingRequests();
  for (let n = 0; n < LIMITS.pendingRequests; n += 1) pending.add('to_server', request('a', String(n)));
  pending.add('to_server', request('a', '0'));
  pending.add('to_server', request('a', 'one more'));
  expect(pending.get('to_server', 'a', '1')).toBeUndefined();
  expect(pending.get('to_server', 'a', '0')).toBeDefined();
  expect(pending.drain()).toHaveLength(LIMITS.pendingRequests);
});
