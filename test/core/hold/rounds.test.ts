import { expect, test } from 'vitest';

import { bindingOf } from '../../../src/core/hold/binding.ts';
import { RequestStates, type RoundState } from '../../../src/core/hold/request-states.ts';
import { resume, wrapped } from '../../../src/core/hold/rounds.ts';
import { type Envelope, parseMessage } from '../../../src/core/jsonrpc/envelope.ts';

const states = new RequestStates({ key: new Uint8Array(32), session: 's', caller: 'al' });
const STATE: RoundState = {
  kind: 'waits',
  approval: 'apr_1',
  base: '',
  rule: '',
  round: 1,
  session: 's',
  expiresAt: 1,
};
const envelopeOf = (raw: Buffer): Envelope => parseMessage(raw).messages[0] as Envelope;
const resumed = (text: string): string | undefined => {
  const raw = Buffer.from(text);
  const found = resume(raw, envelopeOf(raw), states);
  return found && Buffer.from(found.raw).toString();
};

test.each([
  ['{"name":"x" , "requestState":"*","inputResponses":{"a":[1]}}', '{"name":"x"}'],
  ['{ "requestState":"*" ,"name":"x", "inputResponses":{} }', '{ "name":"x" }'],
  [
    '{"a":{"requestState":"k"},"inputResponses":null,"requestState":"*","z":"\\u0041"}',
    '{"a":{"requestState":"k"},"z":"\\u0041"}',
  ],
  ['{"requestState":"*"}', '{}'],
])('what a waiting call carries is taken out, and every other byte stays: %s', (params, left) => {
  const around = (inner: string): string =>
    ` {"jsonrpc":"2.0","id":1,"params":${inner},"method":"tools/call"}\n`;
  expect(resumed(around(params.replace('*', states.seal(STATE))))).toBe(around(left));
});

test.each([',"requestState":"a\\/\\u00e9"', ',"requestState":""', ''])(
  'the server’s state comes back as it was: %s',
  (state) => {
    const answer = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"${state}}}`);
    const out = wrapped(answer, envelopeOf(answer), (inner) =>
      states.seal({ ...STATE, kind: 'approved' }, inner),
    );
    const { result } = JSON.parse(Buffer.from(out).toString()) as { result: { requestState: string } };
    const carried = `,"requestState":${JSON.stringify(result.requestState)}`;
    const around = (inner: string): string =>
      `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"x"${inner},"inputResponses":{}}}`;
    expect(resumed(around(carried))).toBe(around(state));
  },
);

test('what others carry is left alone', () => {
  const others = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"requestState":"hpr1.AAAA"}}';
  expect(resumed(others)).toBeUndefined();
});

test('a binding tells calls apart by every byte, and a try or a round from the next where it should not', () => {
  const bound = { caller: 'al', connection: 'c', method: 'tools/call', restores: [], policy: 'p' };
  const of = (params: string, more: object = {}): string =>
    bindingOf(
      new Uint8Array(32),
      Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`),
      { ...bound, ...more },
    );
  const plain = of('{"name":"x","arguments":{"a":1}}');
  expect(of('{"arguments":{"a":1}, "name":"x","_meta":{"progressToken":2}}')).toBe(plain);
  for (const other of [
    '{"name":"x","arguments":{"a":1.0}}',
    '{"name":"x","arguments":{"a": 1}}',
    '{"name":"x"}',
  ])
    expect(of(other)).not.toBe(plain);
  for (const more of [{ caller: 'bo' }, { connection: 'd' }, { policy: 'q' }, { method: 'prompts/get' }])
    expect(of('{"name":"x","arguments":{"a":1}}', more)).not.toBe(plain);
  const later = '{"name":"x","arguments":{"a":1},"requestState":"s","inputResponses":{}}';
  expect(of(later)).not.toBe(plain);
  expect(of(later, { rounds: true })).toBe(of('{"name":"x","arguments":{"a":1}}', { rounds: true }));
});
