import { expect, test } from 'vitest';

import { createMasker, type LiveMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { centralRules } from '../../app/policy/central-fixtures.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { ReadingMask } from '../../helpers/reading.ts';
import { bytes, privateKey, random } from '../mask/fixtures.ts';

const NUMBER = ['EMP', '123456'].join('-');
const RULES = centralRules('EMP-[0-9]{6}');

test('rules that change mask what comes next, also what had begun before, wherever that is cut', () => {
  const said = bytes(`is ${NUMBER}, `);
  for (const pieces of everyCut(said)) {
    const by = liveMasker();
    const mask = outputMask(by);
    const [first, ...others] = pieces;
    const out = [mask.push(first).bytes];
    by.use(RULES);
    out.push(...others.map((piece) => mask.push(piece).bytes), mask.push(bytes(`${NUMBER}\n`)).bytes);
    const shown = Buffer.concat([...out, mask.end().bytes]).toString();
    const [before = '', after] = shown.split(', ');
    expect(after).toMatch(/^hpm_central_r0_\w+\n$/);
    // What was let go before the change stays so; what had not gone is masked.
    expect(before.startsWith('is ')).toBe(true);
    if (Buffer.concat(out.slice(0, 1)).length < said.length - 2 - 5) expect(before).not.toContain('23456');
  }
});

test('a key, of which the beginning was shown masked before rules changed, stays masked to its end', () => {
  const by = liveMasker();
  const mask = outputMask(by);
  const key = privateKey(1500);
  const half = key.length - 5_000;
  const out = [mask.push(bytes(key.slice(0, half))).bytes];
  by.use(RULES);
  out.push(mask.push(bytes(`${key.slice(half)}\nis ${NUMBER}\n`)).bytes, mask.end().bytes);
  const shown = Buffer.concat(out).toString();
  expect(Buffer.byteLength(key)).toBeGreaterThan(64 * 1024);
  for (const line of key.split('\n').slice(1, -1)) expect(shown).not.toContain(line.slice(8));
  expect(shown).not.toContain(NUMBER);
});

test('a column under a header that was shown before rules changed stays masked', () => {
  const by = liveMasker();
  const mask = outputMask(by);
  const [first, second] = [random('alnum', 14, 3), random('alnum', 14, 4)];
  const out = [mask.push(bytes(`user,password,staff\nann,${first},1\n`)).bytes];
  by.use(RULES);
  // Far more than what is remembered of the text.
  out.push(mask.push(bytes(`bob,x,${NUMBER}\n`.repeat(60))).bytes);
  by.use(centralRules('EMP-[0-9]{6}', 'NO-[0-9]{3}'));
  out.push(mask.push(bytes(`cid,${second},NO-123\n`)).bytes, mask.end().bytes);
  const shown = Buffer.concat(out).toString();
  expect(shown).not.toContain(first);
  expect(shown).not.toContain(second);
  expect(shown).not.toContain(NUMBER);
  expect(shown).toMatch(/^cid,hpm_\w+,hpm_central_r1_\w+$/m);
});

function liveMasker(): LiveMasker {
  return createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
}

function outputMask(by: LiveMasker): ReadingMask {
  return new ReadingMask(by, { keepWidth: false, onAnnounced: () => undefined });
}
