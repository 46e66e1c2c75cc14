import { expect, test } from 'vitest';

import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { random, streamed } from './fixtures.ts';

/** Encoders break lines no shorter. */
const LINE = 24;

test('an escaped line end is no letter of the line behind it, wherever a stream begins to look', () => {
  const value = random('alnum', 30);
  const known = new KnownValues();
  known.add(value, 'the test', { sure: true });
  const masker = createMasker({ known, placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
  const encoded = Buffer.from(`xy${value}`).toString('base64');
  // With the letter of the escape it would be as long as a line.
  const line = `${random('alnum', LINE - 2)}${encoded[3]}`;
  const text = Buffer.from(`\\n${line}\\n${encoded.slice(4)}`);
  const whole = Buffer.from(masker.maskText(text).bytes).toString();
  expect(
    streamed(
      masker,
      Array.from(text, (_, at) => text.subarray(at, at + 1)),
    ),
  ).toBe(whole);
  for (let cut = 1; cut < text.length; cut++)
    expect(streamed(masker, [text.subarray(0, cut), text.subarray(cut)])).toBe(whole);
});
