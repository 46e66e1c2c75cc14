import { describe, expect, test } from 'vitest';

import { noSuchProfile, profileName } from '../../src/identity/profile.ts';

describe('the name of a profile', () => {
  test.each(['default', 'work', 'a.b-c_2', 'A'])('may be %s', (name) => {
    expect(profileName(name)).toBe(name);
  });

  test('is default unless given', () => {
    expect(profileName(undefined)).toBe('default');
  });

  test.each(['', '.', '../work', 'a b', 'a/b', '-x', 'a\u001b[2J', 'ä', 'x'.repeat(64)])(
    'can not be %j',
    (name) => {
      expect(() => profileName(name)).toThrowWithCode('ERR_USAGE');
    },
  );
});

describe('a profile that there is not', () => {
  test.each([
    ['none is there', [], 'To make it: hallpass login --profile wrok HUB'],
    ['a similar one is', ['private', 'work'], 'Did you mean "work"?'],
    [
      'others are',
      ['private', 'else'],
      'There are: private, else. To make it: hallpass login --profile wrok HUB',
    ],
  ])('where %s gets a hint', (_, names, hint) => {
    expect(noSuchProfile('wrok', names)).toMatchObject({ code: 'ERR_NO_SUCH_PROFILE', hint });
  });
});
