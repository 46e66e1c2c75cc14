import { expect, test } from 'vitest';

import { eventFacts } from '../../../src/core/review/event-facts.ts';
import type { Event } from '../../../src/core/session/event.ts';
import { message, START } from '../../helpers/recorded-session.ts';

const placed = { seq: 1, time: 1, mono: 1 };

function textsOf(event: Event, label: string): string[] {
  return eventFacts(event)
    .filter((fact) => fact.label === label)
    .map(({ text }) => text);
}

test('what an exception left in clear is told of, with its place where it has one', () => {
  const excepted = [{ rule: 'jwt', at: '/a', placeholder: 'hpm_jwt_x' }];
  expect(textsOf({ ...message({ excepted, unlisted_excepted: 3 }), ...placed }, 'excepted')).toEqual([
    'jwt at /a: left in clear by an exception for hpm_jwt_x',
    '3 more than are listed',
  ]);
  const output = { kind: 'output', stream: 'stdout', findings: [], ...placed } as const;
  expect(textsOf({ ...output, excepted: [{ rule: 'jwt', at: '', placeholder: 'p' }] }, 'excepted')).toEqual([
    'jwt: left in clear by an exception for p',
  ]);
  expect(textsOf(output, 'excepted')).toEqual([]);
});

test('a start says which exceptions are in force', () => {
  const signer = { kind: 'device', key: 'SHA256:x' } as const;
  const start = {
    kind: 'start',
    format: 'hallpass-session/1',
    session: 's',
    signer,
    ...START,
    ...placed,
  } as const;
  const exceptions = { count: 2, digest: 'd'.repeat(64), unattended_possible: true } as const;
  expect(textsOf({ ...start, exceptions }, 'exceptions')).toEqual([
    `2 of ${'d'.repeat(64)}; an agent with a shell could have written them`,
  ]);
  expect(textsOf(start, 'exceptions')).toEqual([]);
});

test('the size of a terminal is told, and each that it had later', () => {
  const [terminal, resized] = [
    { columns: 120, rows: 40 },
    { columns: 80, rows: 24 },
  ];
  const session = { format: 'hallpass-session/1', session: 's' } as const;
  const signer = { kind: 'device', key: 'SHA256:x' } as const;
  const start = { kind: 'start', ...session, signer, ...START, ...placed } as const;
  expect(textsOf({ ...start, terminal }, 'terminal')).toEqual(['120 by 40']);
  expect(textsOf(start, 'terminal')).toEqual([]);
  const output = { kind: 'output', stream: 'terminal', findings: [], ...placed } as const;
  expect(textsOf({ ...output, resized }, 'terminal')).toEqual(['80 by 24 from here on']);
  expect(textsOf(output, 'terminal')).toEqual([]);
});
