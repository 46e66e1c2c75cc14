import { describe, expect, test } from 'vitest';

import { bar, sparkline } from '../../../src/core/review/bars.ts';
import { histogram, quantile } from '../../../src/core/review/durations.ts';
import { RuleCounts } from '../../../src/core/review/rule-counts.ts';
import { statsOf } from '../../../src/core/review/stats.ts';
import { type MemoryEvent, MemorySession, said, started, wrote } from '../../helpers/memory-session.ts';

const deny = { outcome: 'deny', reason: 'no', rule: 'r' } as const;
const hold = { outcome: 'hold', reason: 'It needs approval: apr_1 here', rule: 'ask' } as const;

function call(
  at: number,
  id: string,
  { took = 10, ...changes }: Parameters<typeof said>[1] & { took?: number } = {},
): MemoryEvent[] {
  return [
    said(at, { method: 'tools/call', id, tool: 'read', bytes: 'x'.repeat(100), ...changes }),
    said(at + took, { direction: 'to_client', id, bytes: 'y'.repeat(50) }),
  ];
}

describe('a session in numbers', () => {
  const session = new MemorySession([
    started({ session_kind: 'connect' }),
    ...call(0, '1', { rules: ['aws_key', 'aws_key'] }),
    ...call(100, '2', { took: 40 }),
    said(200, { method: 'tools/call', id: '3', tool: 'rm', verdict: deny, bytes: 'x'.repeat(100) }),
    said(300, { method: 'ping', id: '4' }),
    { at: 500, body: { kind: 'stderr', findings: [] }, bytes: 'words' },
    said(600, { method: 'notifications/progress', direction: 'to_client', rules: ['npm_token'] }),
    { at: 1_000, body: { kind: 'refused', direction: 'to_server', reason: 'not JSON' } },
  ]);
  const stats = statsOf(session.index, 10);

  test('counts calls, secrets, verdicts and bytes', () => {
    expect(stats).toMatchObject({
      duration: 1e6,
      events: 10,
      calls: 4,
      writes: 0,
      findings: 3,
      verdicts: { allow: 4, deny: 2, hold: 0, held: 0 },
      bytes: { toServer: 300, toClient: 100, output: 5 },
      tools: [
        { name: 'read', calls: 2, findings: 2, refused: 0 },
        { name: 'rm', calls: 1, findings: 0, refused: 1 },
        { name: 'ping', calls: 1, findings: 0, refused: 0 },
      ],
    });
    expect([...stats.took]).toEqual([10_000, 40_000]);
  });

  test('tells when', () => {
    expect(stats.busy).toEqual([2, 2, 1, 1, 0, 0, 1, 0, 0, 1]);
    expect(stats.found).toEqual([2, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  });

  test('tells by which rules', async () => {
    const counts = new RuleCounts(session);
    while (!counts.step());
    expect(counts.rules).toEqual([
      { rule: 'aws_key', count: 2 },
      { rule: 'npm_token', count: 1 },
    ]);
    session.add(said(1_100, { method: 'ping', id: '9', rules: ['npm_token', 'npm_token'], unlisted: 7 }));
    await session.readOn();
    while (!counts.step());
    expect(counts.rules[0]).toEqual({ rule: '(not listed)', count: 7 });
    expect(counts.rules[1]).toEqual({ rule: 'npm_token', count: 3 });
  });

  test('knows what output is', () => {
    const run = new MemorySession([started(), wrote(5, 'abc'), wrote(10, 'de', { rules: ['aws_key'] })]);
    expect(statsOf(run.index, 2)).toMatchObject({
      calls: 0,
      writes: 2,
      findings: 1,
      bytes: { output: 5 },
      busy: [0, 2],
      tools: [],
    });
  });

  test('a held call counts once, as it ended', () => {
    const held = new MemorySession([
      started({ session_kind: 'connect' }),
      {
        at: 10,
        body: {
          kind: 'hold',
          approval: 'apr_1',
          rule: 'ask',
          reason: 'why',
          approvals: 1,
          groups: [],
          expires_at: 9,
          method: 'tools/call',
          id: '1',
          tool: 'rm',
        },
      },
      said(20, { method: 'tools/call', id: '1', tool: 'rm', verdict: hold, waits: true }),
    ]);
    expect(statsOf(held.index, 2)).toMatchObject({
      calls: 1,
      verdicts: { allow: 0, deny: 0, hold: 1, held: 1 },
      tools: [{ name: 'rm', calls: 1, refused: 0 }],
    });
  });

  test('one that ended before anybody decided was refused', () => {
    const { index } = new MemorySession([
      started({ session_kind: 'connect' }),
      said(20, { method: 'tools/call', id: '1', tool: 'rm', verdict: hold }),
    ]);
    expect(statsOf(index, 2)).toMatchObject({ calls: 1, tools: [{ name: 'rm', refused: 1 }] });
  });

  test('of nothing, is nothing', () => {
    expect(statsOf(new MemorySession([started()]).index, 3)).toMatchObject({ calls: 0, busy: [0, 0, 0] });
  });
});

test.for([
  [[1, 2, 3, 4], 0.5, 2],
  [[1, 2, 3, 4], 0.95, 4],
  [[1, 2, 3, 4], 1, 4],
  [[7], 0.5, 7],
  [[], 0.5, undefined],
] as const)('of %j no more than a part of %d is above %d', ([sorted, part, value]) =>
  expect(quantile(sorted, part)).toBe(value),
);

test('durations are told from the shortest that there is to the longest', () => {
  expect(histogram([2_000, 2_999, 50_000])).toEqual([
    { from: 1_000, below: 3_000, count: 2 },
    { from: 3_000, below: 10_000, count: 0 },
    { from: 10_000, below: 30_000, count: 0 },
    { from: 30_000, below: 100_000, count: 1 },
  ]);
  expect(histogram([1e12])).toEqual([{ from: 300e6, below: Infinity, count: 1 }]);
  expect(histogram([])).toEqual([]);
});

test('little columns and bars show what is some, and nothing of what is none', () => {
  expect(sparkline([0, 1, 50, 100])).toBe(' ▁▄█');
  expect(sparkline([])).toBe('');
  expect([bar(0, 10, 4), bar(1, 1_000, 4), bar(5, 10, 4), bar(7, 8, 4), bar(99, 10, 4)]).toEqual([
    '',
    '╸',
    '━━',
    '━━━╸',
    '━━━━',
  ]);
});
