import { expect, test } from 'vitest';

import { valueAfter } from '../../../src/core/mask/assignment.ts';
import { mayTie } from '../../../src/core/mask/tie.ts';
import { Window } from '../../../src/core/mask/window.ts';
import { bytes } from './fixtures.ts';

const TAILS = [
  ' = "value-1"',
  '="value-1"',
  ': value-1',
  '=value-1',
  '>value-1<',
  '"value-1")',
  '\n  value: value-1',
  'value: value-1',
  ' value-1',
];

test('no byte that a value may follow is ruled out', () => {
  const names = ['password', `${'a'.repeat(70)}password`];
  for (let byte = 0; byte < 128; byte++) {
    for (const tail of TAILS) {
      for (const name of names) {
        const window = new Window(bytes(`${name}${String.fromCharCode(byte)}${tail}`), true);
        const at = { start: 0, end: name.length };
        if (valueAfter(window, at) !== undefined)
          expect([byte, mayTie(window, at.end)]).toEqual([byte, true]);
      }
    }
  }
});
