import { expect, test } from 'vitest';

import { Exceptions } from '../../../src/core/mask/exceptions.ts';
import { createMasker, type LiveMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { LiveText } from '../../../src/core/run/live-text.ts';
import { centralRules } from '../../app/policy/central-fixtures.ts';
import { everyCut, randomChunkings } from '../../helpers/chunks.ts';
import { bytes, githubToken, privateKey, random } from '../mask/fixtures.ts';

const NUMBER = ['EMP', '123456'].join('-');
const RULES = centralRules('EMP-[0-9]{6}');
const TOKEN = githubToken();

test('without a change of rules it is what masking makes of the whole, wherever it is cut', () => {
  const by = liveMasker();
  const said = bytes(`a ${TOKEN}\n${privateKey(40)}\npassword = ${random('alnum', 20)} ${TOKEN}${TOKEN}é\n`);
  const whole = by.maskText(said);
  for (const pieces of randomChunkings(said, { count: 100 })) {
    const { shown, edits } = pushed(new LiveText(by), pieces);
    expect(shown).toBe(Buffer.from(whole.bytes).toString());
    expect(edits).toBe(whole.edits.length);
  }
});

test('rules that change mask also what is held back at that time, wherever it is cut', () => {
  const said = bytes(`is ${NUMBER}, ${'x'.repeat(10)}`);
  for (const [first, ...others] of everyCut(said)) {
    const by = liveMasker();
    const text = new LiveText(by);
    const before = Buffer.from(text.push(first).bytes).toString();
    by.use(RULES);
    const { shown } = pushed(text, [...others, bytes(` ${NUMBER}\n`)]);
    expect(shown).toMatch(/ hpm_central_r0_\w+\n$/);
    // What had begun before and had gone out stays so, and no more of it.
    if (before.length < 'is EMP-12345'.length) expect(before + shown).not.toContain('23456');
  }
});

test('what begins a secret under the old rules and is held back ends under the new ones', () => {
  const by = liveMasker();
  const text = new LiveText(by);
  const open = `${NUMBER} password = "${random('alnum', 12)}`;
  expect(Buffer.from(text.push(bytes(open)).bytes).toString()).not.toContain('password = "');
  by.use(centralRules('[0-9]{6} password'));
  const { shown } = pushed(text, [bytes('"\n')]);
  expect(shown).toMatch(/hpm_central_r0_\w+ = "hpm_\w+"\n$/);
});

test('what the new rules find whole in what the old ones hold back is masked, however that goes on', () => {
  const by = liveMasker();
  by.use(centralRules('is [A-Z0-9-]{1,40}, [a-z ]{1,40}X'));
  const text = new LiveText(by);
  expect(pushed(text, [bytes(`is ${NUMBER}, and so on`)], false).shown).toBe('');
  by.use(RULES);
  const { shown } = pushed(text, [bytes(' and so forth\n')]);
  expect(shown).toMatch(/^is hpm_central_r0_\w+, and so on and so forth\n$/);
});

test('a key of which the beginning was put out before rules changed stays masked to its end', () => {
  const by = liveMasker();
  const text = new LiveText(by);
  const key = privateKey(1500);
  const half = key.length - 5_000;
  const before = Buffer.from(text.push(bytes(key.slice(0, half))).bytes).toString();
  by.use(RULES);
  const { shown } = pushed(text, [bytes(`${key.slice(half)}\nis ${NUMBER}\n`)]);
  for (const line of key.split('\n').slice(1, -1)) expect(before + shown).not.toContain(line.slice(8));
  expect(shown).not.toContain(NUMBER);
});

test('exceptions that end do so for what is held back, and what is masked is not told to have passed', () => {
  const placeholders = new Placeholders(new Uint8Array(32).fill(7));
  const exception = { placeholder: placeholders.issue('x', bytes(TOKEN)), rule: undefined };
  const by = createMasker({ placeholders, exceptions: new Exceptions([exception]) });
  const text = new LiveText(by);
  const passing = { shown: `is ${TOKEN}, \n`, passed: [TOKEN] };
  expect(pushed(text, [bytes(`is ${TOKEN}, \n`)], false)).toMatchObject(passing);
  expect(pushed(text, [bytes(TOKEN)], false).shown).toBe('');
  by.use(undefined, 'deny');
  const { shown, passed } = pushed(text, [bytes('\n')]);
  expect(shown).toMatch(/^hpm_\w+\n$/);
  expect(passed).toEqual([]);
});

test('what old rules and new ones let pass is told once', () => {
  const placeholders = new Placeholders(new Uint8Array(32).fill(7));
  const exception = { placeholder: placeholders.issue('x', bytes(TOKEN)), rule: undefined };
  const by = createMasker({ placeholders, exceptions: new Exceptions([exception]) });
  const text = new LiveText(by);
  pushed(text, [bytes(`a ${TOKEN}`)], false);
  by.use(RULES, 'allow');
  const { shown, passed } = pushed(text, [bytes(`\n${TOKEN}\n`)]);
  expect(shown.endsWith(`${TOKEN}\n${TOKEN}\n`)).toBe(true);
  expect(passed).toEqual([TOKEN, TOKEN]);
});

function liveMasker(): LiveMasker {
  return createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
}

/** What is put out, how many edits are in it, and what of it passed. */
function pushed(text: LiveText, pieces: readonly Uint8Array[], ends = true) {
  const parts = [...pieces, ...(ends ? [undefined] : [])].map((piece) => text.push(piece));
  const shown = Buffer.concat(parts.map((part) => part.bytes)).toString();
  const passed = parts.flatMap(({ bytes: of, edits, passed: told }) =>
    told.map(({ start, end }) => {
      const before = edits.filter((edit) => edit.end <= start);
      const grown = before.reduce((sum, edit) => sum + edit.replacement.length - (edit.end - edit.start), 0);
      return Buffer.from(of.subarray(start + grown, end + grown)).toString();
    }),
  );
  return { shown, passed, edits: parts.reduce((sum, { edits }) => sum + edits.length, 0) };
}
