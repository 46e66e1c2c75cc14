import { expect, test } from 'vitest';

import type { EventBody } from '../../../src/core/session/event.ts';
import { inShort, type LogRecord, passed, ReviewLog } from '../../helpers/review-log.ts';

const CALL = 'tools/call';
const HELD = { outcome: 'hold', reason: 'It may destroy something. It needs approval: ', rule: 'r' } as const;
const APPROVED = { outcome: 'allow', reason: 'It may destroy something.', rule: 'r' } as const;

const asks = (id: string, changes: object = {}, payload?: string): LogRecord => ({
  body: passed({ method: CALL, id, tool: 'query', ...changes }),
  payload,
});
const answers = (id: string, changes: object = {}, payload?: string): LogRecord => ({
  body: passed({ direction: 'to_client', id, ...changes }),
  payload,
});
const holds = (approval: string, id: string): LogRecord => ({
  body: {
    kind: 'hold',
    approval,
    rule: 'r',
    reason: 'It may destroy something.',
    approvals: 1,
    groups: [],
    expires_at: 0,
    method: CALL,
    id,
    tool: 'query',
  },
});
type State = Extract<EventBody, { kind: 'decision' }>['state'];
const decides = (approval: string, state: State = 'approved'): LogRecord => ({
  body: { kind: 'decision', approval, state, by: [] },
});
const waits = (id: string, approval: string, round: number): LogRecord =>
  asks(id, {
    verdict: { ...HELD, reason: `${HELD.reason}${approval} is not decided yet (round ${round})` },
    waits: true,
  });
const cancels = (id: string): LogRecord => ({
  body: passed({ method: 'notifications/cancelled' }),
  payload: `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`,
});
const wish = (id: string, state: string): LogRecord =>
  answers(
    id,
    {},
    `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"input_required","inputRequests":{}${state}}}`,
  );
const brings = (id: string, more: string, tool = 'query'): LogRecord =>
  asks(id, { tool }, `{"jsonrpc":"2.0","id":${id},"method":"${CALL}","params":{"name":"${tool}"${more}}}`);

test.each<[string, LogRecord[], string[]]>([
  [
    'answers find their request by id, whatever comes in between',
    [asks('1'), asks('2'), answers('2'), answers('1')],
    ['call | tools/call | 1 4 | allow | 3 ms', 'call | tools/call | 2 3 | allow | 1 ms'],
  ],
  [
    'an id that comes again belongs to the newest that is open, and then to the one before',
    [asks('1'), asks('1'), answers('1'), answers('1'), answers('1')],
    [
      'call | tools/call | 1 4 | allow | 3 ms',
      'call | tools/call | 2 3 | allow | 1 ms',
      'message |  | 5 | allow',
    ],
  ],
  [
    '1 and "1" are two',
    [asks('1'), answers('"1"'), asks('"1"'), answers('"1"')],
    ['call | tools/call | 1 | allow', 'message |  | 2 | allow', 'call | tools/call | 3 4 | allow | 1 ms'],
  ],
  [
    'what a server asks of its client is a call of its own, also with the same id',
    [
      asks('1'),
      { body: passed({ direction: 'to_client', method: 'elicitation/create', id: '1' }) },
      { body: passed({ id: '1' }) },
      answers('1'),
    ],
    ['call | tools/call | 1 4 | allow | 3 ms', 'call | elicitation/create | 2 3 | allow | 1 ms'],
  ],
  [
    'a denied request waits for no answer',
    [asks('1', { verdict: { outcome: 'deny', reason: 'no', rule: 'never' } }), answers('1')],
    ['call | tools/call | 1 | deny', 'message |  | 2 | allow'],
  ],
  [
    'an answer that is denied is one',
    [asks('1'), answers('1', { verdict: { outcome: 'deny', reason: 'no', rule: 'never' } })],
    ['call | tools/call | 1 2 | deny | 1 ms'],
  ],
  [
    'an answer that could not be read is one, where it has an id',
    [asks('1'), { body: { kind: 'refused', direction: 'to_client', reason: 'broken', id: '1' } }],
    ['call | tools/call | 1 2 | deny | 1 ms'],
  ],
  [
    'a cancellation belongs to what it cancels, which may be answered all the same',
    [asks('7'), cancels('7'), answers('7'), cancels('8'), cancels('"7"')],
    [
      'call | tools/call | 1 2 3 | allow | 2 ms',
      'message | notifications/cancelled | 4 | allow',
      'message | notifications/cancelled | 5 | allow',
    ],
  ],
  [
    'a call that is held open: hold, decision, request, answer',
    [
      holds('apr_1', '1'),
      asks('2'),
      answers('2'),
      decides('apr_1'),
      asks('1', { verdict: APPROVED }),
      answers('1'),
    ],
    ['call | tools/call | 1 4 5 6 | allow | held | 5 ms', 'call | tools/call | 2 3 | allow | 1 ms'],
  ],
  [
    'one that was denied is denied',
    [
      holds('apr_1', '1'),
      decides('apr_1', 'denied'),
      asks('1', { verdict: { ...HELD, reason: `${HELD.reason}apr_1 was denied` } }),
    ],
    ['call | tools/call | 1 2 3 | deny | held'],
  ],
  [
    'one that nobody decided on is held',
    [
      holds('apr_1', '1'),
      decides('apr_1', 'expired'),
      asks('1', { verdict: { ...HELD, reason: `${HELD.reason}apr_1 ran out` } }),
    ],
    ['call | tools/call | 1 2 3 | hold | held'],
  ],
  [
    'rounds of waiting are one call, whatever ids they have',
    [
      holds('apr_1', '1'),
      waits('1', 'apr_1', 1),
      waits('2', 'apr_1', 2),
      decides('apr_1'),
      asks('3', { verdict: APPROVED }),
      answers('3'),
    ],
    ['call | tools/call | 1 2 3 4 5 6 | allow | held | 5 ms'],
  ],
  [
    'calls that wait at once are kept apart by their approvals',
    [
      holds('apr_1', '1'),
      waits('1', 'apr_1', 1),
      holds('apr_2', '2'),
      waits('2', 'apr_2', 1),
      waits('3', 'apr_1', 2),
      decides('apr_2'),
      asks('4', { verdict: APPROVED }),
      decides('apr_1', 'denied'),
      answers('4'),
    ],
    ['call | tools/call | 1 2 5 8 | deny | held', 'call | tools/call | 3 4 6 7 9 | allow | held | 6 ms'],
  ],
  [
    'a call that its client makes again once it is approved',
    [
      holds('apr_1', '1'),
      asks('1', { verdict: { ...HELD, reason: `${HELD.reason}apr_1 is not decided yet. Once it is` } }),
      decides('apr_1'),
      asks('9', { verdict: APPROVED }),
      answers('9'),
    ],
    ['call | tools/call | 1 2 3 4 5 | allow | held | 4 ms'],
  ],
  [
    'what was approved is not taken for another call that passes by another rule',
    [holds('apr_1', '1'), decides('apr_1'), asks('2'), asks('1', { verdict: APPROVED })],
    ['call | tools/call | 1 2 4 | allow | held', 'call | tools/call | 3 | allow'],
  ],
  [
    'one whose wait ended for another reason is still the one that waited',
    [holds('apr_1', '1'), asks('1', { verdict: { ...HELD, reason: `${HELD.reason}its client has left` } })],
    ['call | tools/call | 1 2 | hold | held'],
  ],
  [
    'an approval is for one call, not for the next like it',
    [
      holds('apr_1', '1'),
      decides('apr_1'),
      asks('1', { verdict: APPROVED }),
      asks('2', { verdict: APPROVED }),
    ],
    ['call | tools/call | 1 2 3 | allow | held', 'call | tools/call | 4 | allow'],
  ],
  [
    'what a server asks is not the call that waits, whatever it looks like',
    [holds('apr_1', '1'), asks('1', { direction: 'to_client' })],
    ['call | tools/call | 1 | hold | held', 'call | tools/call | 2 | allow'],
  ],
  [
    'a decision of which nothing began here stands alone',
    [decides('apr_1', 'cancelled')],
    ['decision | cancelled | 1 | -'],
  ],
  [
    'rounds of input are one call, by the state that the server sent',
    [
      brings('1', ''),
      wish('1', ',"requestState":"s1"'),
      brings('2', ''),
      wish('2', ',"requestState":"s2"'),
      brings('4', ',"inputResponses":{},"requestState":"s2"'),
      brings('3', ',"inputResponses":{},"requestState":"s1"'),
      answers('4', {}, '{}'),
      wish('3', ',"requestState":"s3"'),
      brings('5', ',"requestState":"s3"'),
      answers('5', {}, '{}'),
    ],
    ['call | tools/call | 1 2 6 8 9 10 | allow | 9 ms', 'call | tools/call | 3 4 5 7 | allow | 4 ms'],
  ],
  [
    'and where it sent none, by what was called',
    [
      brings('1', '', 'a'),
      wish('1', ''),
      brings('2', '', 'b'),
      wish('2', ''),
      brings('3', ',"inputResponses":{}', 'a'),
      answers('3', {}, '{}'),
      brings('4', '', 'a'),
    ],
    [
      'call | tools/call | 1 2 5 6 | allow | 5 ms',
      'call | tools/call | 3 4 | allow | 1 ms',
      'call | tools/call | 7 | allow',
    ],
  ],
  [
    'a long state is known again, too',
    [
      brings('1', ''),
      wish('1', `,"requestState":"${'s'.repeat(5_000)}"`),
      brings('2', `,"requestState":"${'s'.repeat(5_001)}"`),
      brings('3', `,"requestState":"${'s'.repeat(5_000)}"`),
    ],
    ['call | tools/call | 1 2 4 | allow | 1 ms', 'call | tools/call | 3 | allow'],
  ],
  [
    'words that only look like a wish for input are none',
    [brings('1', ''), answers('1', {}, '{"result":"input_required"}'), brings('2', ',"inputResponses":{}')],
    ['call | tools/call | 1 2 | allow | 1 ms', 'call | tools/call | 3 | allow'],
  ],
])('%s', (_, records, rows) => {
  expect(inShort(new ReviewLog(records).index()).slice(1)).toEqual(rows);
});

test('a row that was asked for before is told anew once there is more to tell', () => {
  const log = new ReviewLog([asks('1', {}, 'removed')]);
  const index = log.index();
  expect(index.row(1)).toMatchObject({ seqs: [1], micros: undefined });
  log.add(answers('1')).end();
  for (const line of log.lines.slice(2)) index.append(line, 0);
  expect(index.row(1)).toMatchObject({ seqs: [1, 2], micros: 1_000, isRedacted: false });
  index.append(log.add({ body: redaction(1) }).lines.at(-1) ?? Buffer.alloc(0), 0);
  expect(index.row(1)).toMatchObject({ seqs: [1, 2], isRedacted: true });
});

test('a call that ended before anybody decided was refused; one that waits, or waits again, was not', () => {
  const verdict = { ...HELD, reason: `${HELD.reason}apr_1 is not decided yet` };
  const ended = asks('1', { verdict }, 'removed');
  const records = [holds('apr_1', '1'), ended, waits('2', 'apr_1', 1)];
  const refused = [1, 2, 3].map((count) => new ReviewLog(records.slice(0, count)).index().row(1).isRefused);
  expect(refused).toEqual([false, true, false]);
  const redacted = new ReviewLog(records).end().add({ body: redaction(2) });
  expect(redacted.index().event(2)).toMatchObject({
    isRefused: true,
    isRedacted: true,
    outcome: 'hold',
  });
});

test('a call tells its rule, the bytes it is about, and what of it was removed', () => {
  const records = [
    asks('1', { verdict: { outcome: 'deny', reason: 'no', rule: 'never' } }),
    holds('apr_1', '2'),
    decides('apr_1'),
    asks('2', { verdict: APPROVED, findings: [finding] }, 'abc'),
    answers('2', { unlisted: 4, unchecked: true }, 'removed'),
  ];
  const index = new ReviewLog(records)
    .end()
    .add({ body: redaction(5) })
    .index();
  expect(index.row(1)).toMatchObject({ rule: 'never', findings: 0, isRedacted: false, tool: 'query' });
  expect(index.row(2)).toMatchObject({ rule: 'r', findings: 5, isRedacted: true, wasHeld: true });
  expect(index.event(4)).toMatchObject({ findings: 1, payloadBytes: 3, isRedacted: false });
  expect(index.event(5)).toMatchObject({ findings: 4, payloadBytes: 7, isRedacted: true });
  expect(index.totals).toEqual({ findings: 5, refused: 1, holds: 1 });
});

const finding = { rule: 'x', at: '/a', placeholder: 'hpm_x', why: 'shape' };
const redaction = (target: number): EventBody => ({
  kind: 'redact',
  target,
  reason: 'not ours',
  attended: false,
});
