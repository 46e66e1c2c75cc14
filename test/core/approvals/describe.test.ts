import { expect, test } from 'vitest';

import type { Approval } from '../../../src/core/approvals/approval.ts';
import { countdown, describe as described, indented } from '../../../src/core/approvals/describe.ts';
import { anApproval } from '../../helpers/an-approval.ts';

const of = (approval: Partial<Approval>, label: string): string | undefined =>
  described(anApproval(approval)).find((one) => one.label === label)?.text;

test('who, what, why and what it takes are told', () => {
  expect(described(anApproval()).map(({ label }) => label)).toEqual([
    'What',
    'Who',
    'Risk',
    'In clear',
    'Why',
    'Arguments',
    'Masked',
    'Needs',
  ]);
  expect(of({}, 'What')).toBe('query on db');
  expect(of({ restores: ['DB_PASSWORD in /password'] }, 'In clear')).toBe('DB_PASSWORD in /password');
  const terms = { approvals: 2, groups: ['dba'], self: false, expiresMs: 1 };
  expect(of({ terms }, 'Needs')).toBe('2 approvals of different people from dba, not of jo; 0 given');
});

test('the arguments are shown as they are sent: no number is rounded, no duplicate is lost', () => {
  const args = '{"id":12345678901234567890,"sql":"a, b","sql":"{","e":[],"n":[1,2]}';
  const presented = `{"jsonrpc":"2.0","id":1,"params":{"name":"query","arguments":${args}}}`;
  expect(of({ presented }, 'Arguments')).toBe(
    [
      '{',
      '  "id": 12345678901234567890,',
      '  "sql": "a, b",',
      '  "sql": "{",',
      '  "e": [],',
      '  "n": [',
      '    1,',
      '    2',
      '  ]',
      '}',
    ].join('\n'),
  );
  expect(of({ presented: `{"arguments":{"a":{"arguments":{}}}}` }, 'Arguments')).toContain('"a"');
  expect(of({ presented: `{"params/arguments":{},"uri":"x"}` }, 'Arguments')).toContain('uri');
});

test('what was cut short, or is no JSON, is shown whole', () => {
  const presented = '{"params":{"arguments":{"sql":"DROP … and 5 characters more';
  expect(of({ presented }, 'Arguments')?.replaceAll(/\s/g, '')).toBe(presented.replaceAll(/\s/g, ''));
  expect(indented('} nothing here {')).toContain('nothing here');
});

test('nothing that an attacker wrote reaches the terminal as more than text', () => {
  const hostile = 'a\u001b[2J\u202eb\nWho: somebody else';
  const presented = JSON.stringify({ arguments: { x: '\u001b[2J\u202e' } });
  const texts = described(anApproval({ tool: hostile, subject: hostile, reason: hostile, presented }));
  for (const { label, text } of texts) {
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    if (label !== 'Arguments') expect(text).not.toContain('\n');
  }
});

test('time runs down to nothing', () => {
  const approval = anApproval({ expiresAt: 3_661_000 });
  expect(countdown(approval, 0)).toBe('1:01:01');
  expect(countdown(approval, 3_600_001)).toBe('1:01');
  expect(countdown(approval, 9_999_999)).toBe('0:00');
});
