import { describe, expect, test } from 'vitest';

import { differences, nameChecks, type Status } from './compare.ts';

describe('the difference that a proxy makes', () => {
  const cases: [Status | undefined, Status | undefined, boolean][] = [
    ['SUCCESS', 'SUCCESS', false],
    ['SUCCESS', 'FAILURE', true],
    ['SUCCESS', 'WARNING', true],
    ['SUCCESS', 'SKIPPED', true],
    ['SUCCESS', 'INFO', true],
    ['SUCCESS', undefined, true],
    ['INFO', 'INFO', false],
    ['INFO', 'SUCCESS', false],
    ['WARNING', 'FAILURE', true],
    ['WARNING', undefined, true],
    ['FAILURE', 'FAILURE', false],
    ['FAILURE', 'SUCCESS', false],
    ['FAILURE', undefined, false],
    [undefined, 'FAILURE', true],
    ['INFO', undefined, false],
    ['INFO', 'WARNING', true],
    [undefined, 'INFO', false],
    [undefined, 'SKIPPED', true],
    [undefined, 'SUCCESS', false],
  ];

  test.each(cases)('directly %s, through it %s: differs %s', (direct, through, differs) => {
    const found = differences(checks(direct), checks(through));
    expect(found).toEqual(differs ? [{ check: 'ping', direct, through }] : []);
  });

  test('checks of one id are told apart by their order', () => {
    const named = nameChecks('ping', [
      { id: 'a', status: 'SUCCESS' },
      { id: 'b', status: 'SUCCESS' },
      { id: 'a', status: 'FAILURE' },
    ]);
    expect(named).toEqual([
      ['ping: a', 'SUCCESS'],
      ['ping: b', 'SUCCESS'],
      ['ping: a#2', 'FAILURE'],
    ]);
  });
});

function checks(status: Status | undefined): Map<string, Status> {
  return new Map(status === undefined ? [] : [['ping', status]]);
}
