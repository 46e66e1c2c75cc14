import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Brief, briefOf } from '../../../src/core/review/brief.ts';
import { quickBrief } from '../../../src/core/review/quick-line.ts';
import { canonical } from '../../../src/core/session/canonical.ts';
import { parseLine } from '../../../src/core/session/line.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'tools/call',
    '1',
    '"a b"',
    'nothing in the policy is against it',
    'é',
    '\\',
    '"',
    '\u2028',
    '',
  ),
);
const finding = fc.record({ rule: text, at: text, placeholder: text, why: text });
const whole = fc.oneof(fc.nat(), fc.maxSafeNat());
const findings = fc.array(finding, { maxLength: 3 });
const envelope = {
  seq: whole,
  time: whole,
  mono: whole,
  payload: fc.record({ size: whole, commit: fc.constant('a'.repeat(64)) }),
};
const REQUIRED: ('kind' | 'seq' | 'time' | 'mono' | 'findings')[] = [
  'kind',
  'seq',
  'time',
  'mono',
  'findings',
];
const direction = fc.constantFrom('to_server', 'to_client');
const approval = fc.constant('It may. It needs approval: apr_12ab is not decided yet (round 1)');
const verdict = fc.record({
  outcome: fc.constantFrom('allow', 'deny', 'hold'),
  reason: fc.oneof(text, approval),
  rule: text,
});
const yes = fc.constant(true);

const message = fc.record(
  {
    kind: fc.constant('message'),
    direction,
    verdict,
    findings,
    ...envelope,
    method: text,
    id: text,
    tool: text,
    unlisted: fc.nat(),
    unchecked: yes,
    waits: yes,
    returned: fc.array(text),
  },
  { requiredKeys: [...REQUIRED, 'direction', 'verdict'] },
);
const output = fc.record(
  {
    kind: fc.constant('output'),
    stream: fc.constantFrom('stdout', 'terminal'),
    findings,
    ...envelope,
    withheld: yes,
  },
  { requiredKeys: [...REQUIRED, 'stream'] },
);
const stderr = fc.record(
  { kind: fc.constant('stderr'), findings, ...envelope, stream: fc.constantFrom('stdout', 'x') },
  { requiredKeys: REQUIRED },
);

/** What is kept of the line, as `parseLine` reads it. */
function slowly(line: Buffer): Omit<Brief, 'event'> | undefined {
  const event = parseLine(line);
  if (event === undefined) return undefined;
  const { event: _, ...brief } = briefOf(event);
  return brief;
}

function agree(line: Buffer): void {
  const quick = quickBrief(line);
  if (quick === undefined) return;
  const { event, ...brief } = quick;
  expect(event).toBe(undefined);
  // What no call waits for tells of no approval.
  const slow = slowly(line);
  expect(brief).toEqual(
    slow === undefined || slow.outcome === 'hold' ? slow : { ...slow, approval: undefined },
  );
}

test('what is read quickly is what is read slowly', () => {
  fc.assert(
    fc.property(fc.oneof(message, output, stderr), (event) => agree(Buffer.from(canonical(event)))),
    { numRuns: 500 },
  );
});

test.each([
  ['a message', { kind: 'message', direction: 'to_client', id: '7', findings: [] }],
  [
    'one with an id that is a string',
    { kind: 'message', direction: 'to_server', id: '"a-7"', method: 'm', tool: 't', findings: [] },
  ],
  [
    'one with findings',
    {
      kind: 'message',
      direction: 'to_server',
      findings: [1, 2].map(() => ({ rule: 'r', at: '/a', placeholder: 'p', why: 'w' })),
    },
  ],
  ['output', { kind: 'output', stream: 'terminal', findings: [] }],
  ['words on stderr', { kind: 'stderr', findings: [] }],
])('%s is read quickly', (_, body) => {
  const said = body.kind === 'message' ? { verdict: { outcome: 'allow', reason: 'fine', rule: 'r' } } : {};
  const line = Buffer.from(
    canonical({ ...body, ...said, seq: 1, time: 2, mono: 3, payload: { size: 4, commit: 'ab'.repeat(32) } }),
  );
  expect(quickBrief(line)).toMatchObject({ kind: body.kind, seq: 1, time: 2, mono: 3, payloadBytes: 4 });
  agree(line);
});

test('output of no stream is none', () => {
  agree(Buffer.from(canonical({ kind: 'output', findings: [], seq: 1, time: 2, mono: 3 })));
});

test('no byte can be changed so that a line is read quickly which is none', () => {
  const events = [
    {
      kind: 'message',
      direction: 'to_client',
      id: '"7"',
      findings: [{ rule: 'r', at: '/', placeholder: 'p', why: 'w' }],
      tool: 't',
      verdict: { outcome: 'hold', reason: 'a', rule: 'b' },
      seq: 10,
      time: 2,
      mono: 3,
      payload: { size: 4, commit: 'ab'.repeat(32) },
    },
    { kind: 'output', stream: 'stdout', findings: [], seq: 10, time: 2, mono: 3 },
  ];
  const bytes = [0x00, 0x20, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x5c, 0x61, 0x7d, 0x7f, 0xc3, 0xff];
  for (const event of events) {
    const good = Buffer.from(canonical(event));
    for (let at = 0; at < good.length; at += 1)
      for (const byte of bytes) {
        const changed = Buffer.from(good);
        changed[at] = byte;
        if (quickBrief(changed) !== undefined) agree(changed);
        agree(Buffer.concat([good.subarray(0, at), Buffer.from([byte]), good.subarray(at)]));
        agree(Buffer.concat([good.subarray(0, at), good.subarray(at + 1)]));
      }
  }
});
