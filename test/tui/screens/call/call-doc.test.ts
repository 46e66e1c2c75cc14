import { expect, test } from 'vitest';

import { readSections } from '../../../../src/core/review/call-sections.ts';
import { LIMITS } from '../../../../src/core/limits.ts';
import {
  findingsOf,
  lineOf,
  nextMatch,
  parentOf,
  placeAt,
  refolded,
  unitOf,
  withoutFoldsAround,
} from '../../../../src/tui/screens/call/call-doc.ts';
import { callLines, factCount, firstFolds, type Folds } from '../../../../src/tui/screens/call/call-lines.ts';
import { marked } from '../../../../src/tui/screens/call/marks.ts';
import { toned } from '../../../../src/core/review/styled.ts';
import { type MemoryEvent, MemorySession, said, started } from '../../../helpers/memory-session.ts';

const NONE: Folds = new Map();

function sectionsOf(...events: MemoryEvent[]) {
  const session = new MemorySession([started(), ...events]);
  return readSections(
    session,
    events.map((_, at) => at + 1),
  );
}

function text(sections: ReturnType<typeof sectionsOf>, folds: Folds = NONE, columns = 80): string[] {
  return callLines(sections, folds, columns).map((line) =>
    line
      .spans()
      .map((one) => one.text)
      .join(''),
  );
}

const ANSWER =
  '{"id":1,"result":{"content":[{"type":"text","text":"a\\nb hpm_github_pat_a1b2c3d4e5"}],"n":1.0e2}}';

test('a call is its events one after the other: what is said of each, then its payload, every lexeme as it was', () => {
  const sections = sectionsOf(
    said(1, { method: 'tools/call', id: '1', tool: 'read', bytes: '{"method":"tools/call","id":1}' }),
    said(2, { direction: 'to_client', id: '1', bytes: ANSWER }),
  );
  expect(text(sections)).toEqual([
    '→ request  +0.001 s  30 B  event 1',
    'method     tools/call read',
    'id         1',
    'verdict    allow: nothing in the policy is against it [guard]',
    '{',
    '  "method": "tools/call",',
    '  "id": 1',
    '}',
    '',
    `← response  +0.002 s  ${ANSWER.length} B  event 2`,
    'id         1',
    'verdict    allow: nothing in the policy is against it [guard]',
    '{',
    '  "id": 1,',
    '  "result": {',
    '    "content": [',
    '      {',
    '        "type": "text",',
    '        "text": "a\\n',
    '          b hpm_github_pat_a1b2c3d4e5"',
    '      }',
    '    ],',
    '    "n": 1.0e2',
    '  }',
    '}',
  ]);
});

test.each([
  ['text', 'no JSON\nbut text\n', ['no JSON', 'but text']],
  ['JSON that is broken', '{"a":1', ['{"a":1']],
  ['controls in it', 'a\u001b[2Jb', ['a\\x1b[2Jb']],
  ['a line that is long', 'x'.repeat(100), ['x'.repeat(77), 'x'.repeat(23)]],
])('%s is shown as text', (_what, bytes, lines) => {
  expect(text(sectionsOf(said(1, { method: 'm', bytes }))).slice(3)).toEqual(lines);
});

test('what is no text is shown as bytes', () => {
  const sections = sectionsOf({
    body: { kind: 'stderr', findings: [] },
    bytes: Buffer.from([0xff, 0x00, 0x41]),
  });
  expect(text(sections)[1]).toBe(`000000  ff 00 41${' '.repeat(39)}  ..A`);
});

test('of a payload of any size only the beginning is read, and it says so', () => {
  const long = `{"result":"${'x'.repeat(3 * LIMITS.reviewPayloadBytes)}"}`;
  const sections = sectionsOf(said(1, { method: 'm', bytes: long }));
  expect(sections[0]?.body).toMatchObject({ kind: 'json' });
  expect(text(sections, firstFolds(sections)).slice(3)).toEqual([
    '{',
    expect.stringMatching(/^ {2}"result": "x+ *… 1,048,5\d\d characters$/) as string,
    '… 2 MB more: e exports all of it',
  ]);
});

test('long strings are folded at first, brackets fold, and a fold shows what it holds', () => {
  const sections = sectionsOf(said(1, { method: 'm', bytes: `{"a":[1,2],"s":"${'y\\n'.repeat(40)}"}` }));
  const first = factCount(sections[0] ?? expect.fail());
  const folds = firstFolds(sections);
  expect(text(sections, folds).slice(3)).toEqual([
    '{',
    '  "a": [',
    '    1,',
    '    2',
    '  ],',
    expect.stringMatching(/^ {2}"s": "y\\n.*… 120 characters$/),
    '}',
  ]);
  const folded = refolded(sections, folds, { section: 0, unit: first + 1 });
  expect(text(sections, folded)[4]).toBe('  "a": [ … 2 items ],');
  expect(refolded(sections, folded, { section: 0, unit: first + 1, to: 'folded' })).toBe(folded);
  expect(refolded(sections, folded, { section: 0, unit: first + 2 })).toBe(folded);
  expect(parentOf(sections, { section: 0, unit: first + 2 })).toEqual({ section: 0, unit: first + 1 });
  const open = withoutFoldsAround(sections, folded, { section: 0, unit: first + 2 });
  expect(text(sections, open)[4]).toBe('  "a": [');
  // Forty lines of it, unfolded.
  const unfolded = refolded(sections, folds, { section: 0, unit: first + 5 });
  expect(text(sections, unfolded).filter((line) => line.includes('y\\n'))).toHaveLength(40);
});

test('a finding leads to its pointer, or to its placeholder wherever that is', () => {
  const finding = { rule: 'github_pat', placeholder: 'hpm_github_pat_a1b2c3d4e5', why: 'shape' };
  const findings = [
    { ...finding, at: '/result/content/0/text' },
    { ...finding, at: '12-40' },
  ];
  const sections = sectionsOf(said(1, { direction: 'to_client', id: '1', findings, bytes: ANSWER }));
  const units = findingsOf(sections).map((one) => unitOf(sections, one));
  const lines = callLines(sections, NONE, 80);
  expect(units.map((unit) => lineOf(lines, unit))).toEqual([9, 9]);
  expect(placeAt(lines, 9)).toEqual(units[0]);
});

test('a search goes from match to match, in what is folded too, and round the end', () => {
  const sections = sectionsOf(said(1, { method: 'm', bytes: '{"a":"Find me","b":{"find":1}}' }));
  const first = factCount(sections[0] ?? expect.fail());
  const at = (unit: number) => ({ section: 0, unit });
  const next = (unit: number, backwards = false, here = false) =>
    nextMatch(sections, 'FIND', { unit: at(unit), backwards, here });
  expect(next(0)).toEqual(at(first + 1));
  expect(next(first + 1)).toEqual(at(first + 3));
  expect(next(first + 1, false, true)).toEqual(at(first + 1));
  expect(next(first + 3)).toEqual(at(first + 1));
  expect(next(first + 1, true)).toEqual(at(first + 3));
  expect(nextMatch(sections, 'zzz', { unit: at(0), backwards: false, here: true })).toBeUndefined();
});

test('placeholders and matches stand out, across the styles of a line', () => {
  const line = [toned('key: ', 'accent'), toned('see hpm_x_1 here')];
  expect(marked(line, ['hpm_x_1'], 'y: s')).toEqual([
    { text: 'ke', tone: 'accent' },
    { text: 'y: ', tone: 'match' },
    { text: 's', tone: 'match' },
    { text: 'ee ', tone: undefined },
    { text: 'hpm_x_1', tone: 'masked' },
    { text: ' here', tone: undefined },
  ]);
  expect(marked(line, [], '').map((one) => one.text)).toEqual(['key: ', 'see hpm_x_1 here']);
});

test('of a call of any number of events no more is read than a person looks at', () => {
  const bytes = `"${'x'.repeat(LIMITS.reviewPayloadBytes)}"`;
  const events = Array.from({ length: LIMITS.reviewCallEvents + 5 }, (_, n) =>
    said(n, { method: 'm', bytes }),
  );
  const sections = sectionsOf(...events);
  expect(sections).toHaveLength(LIMITS.reviewCallEvents);
  const read = sections.reduce((sum, { body }) => sum + (body.kind === 'json' ? body.text.length : 0), 0);
  expect(read).toBe(LIMITS.reviewCallBytes);
  expect(text(sections.slice(-1)).at(-1)).toMatch(/^… 5 more events of this call/);
  expect(text(sections.slice(10, 11)).at(-1)).toMatch(/^… .* more: e exports all of it$/);
});
