import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isScalar, parseDocument, stringify } from 'yaml';

import { policyProblems } from '../../../src/app/policy/policy-file.ts';
import { placeInScalar } from '../../../src/app/yaml-offset.ts';

const rule = (when: string): string => `version: 1
rules:
  - id: a
    verdict: deny
    when: ${when}
`;

/** What the line says where a problem is. */
function pointedAt(text: string): string[] {
  return policyProblems(text).map(({ line, column, width }) =>
    (text.split('\n')[line - 1] ?? '').slice(column - 1, column - 1 + width),
  );
}

test('all that is wrong is told, from the beginning to the end', () => {
  const text = `version: 2
extends: gard
rules:
  - id: A!
    verdict: dney
    approval: {}
  - verdict: allow
    wen: true
  - id: b
    verdict: hold
    on: { tool: 3, direction: to_servr }
  - id: b
    verdict: hold
    approval: { expires: 99h }
`;
  expect(
    policyProblems(text).map(
      ({ line, column, message, suggestion }) => `${line}:${column} ${message} (${suggestion ?? ''})`,
    ),
  ).toEqual([
    '1:10 version: Invalid input: expected 1 ()',
    '2:10 extends: it is one of observe, guard, approve, locked (guard)',
    '4:9 rules.0.id: an id is small letters, digits, dashes and underscores ()',
    '5:14 rules.0.verdict: it is allow, hold or deny (deny)',
    '6:15 rules.0.approval: only what is held waits for an approval: verdict: hold ()',
    '7:5 rules.1.id: it is missing ()',
    '8:5 rules.1: unknown key "wen" (when)',
    '11:17 rules.2.on.tool: it is a name, or a list of names ()',
    '11:31 rules.2.on.direction: it is to_server or to_client (to_server)',
    '12:9 rules.3.id: "b" stands twice ()',
    '14:26 rules.3.approval.expires: it is between 1s and 24h ()',
  ]);
});

test('a mistyped key is not reported as missing, too', () => {
  expect(policyProblems('version: 1\nrules: [{ id: a, verdct: deny }]')).toEqual([
    { line: 2, column: 18, width: 6, message: 'rules.0: unknown key "verdct"', suggestion: 'verdict' },
  ]);
});

test('what is no YAML is told with all its places', () => {
  expect(pointedAt('version: 1\nversion: 1\nname: "x')).not.toEqual([]);
  expect(policyProblems('version: 1\nversion: 2\n')).toMatchObject([
    { line: 2, column: 1, message: 'Map keys must be unique' },
  ]);
});

test.each([
  ['plain', 'tool == "x" && grups.size() > 0'],
  ['plain over lines', 'tool == "x" &&\n      grups.size() > 0'],
  ['in single quotes', "'tool == ''x'' && grups.size() > 0'"],
  ['in double quotes', '"tool == \\"\\x78\\" && grups.size() > 0"'],
  ['in double quotes over lines', '"tool == \\"x\\" \\\n      && \\u0067rups.size() > 0"'],
  ['in a literal block', '|\n      tool == "x" &&\n        grups.size() > 0'],
  ['in a folded block', '>- # why\n      tool == "x"\n\n      && grups.size() > 0'],
])('an error in a condition is pointed at where it stands: %s', (_, when) => {
  expect(pointedAt(rule(when))).toEqual([when.includes('\\u0067') ? '\\u0067rups' : 'grups']);
});

test('an error at the end of a condition', () => {
  const text = rule('>\n      tool ==\n\n');
  expect(policyProblems(text)).toMatchObject([{ line: 6, column: 14 }]);
});

test('however a text is written, each of its characters is found again', () => {
  const words = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', '\n', '"', "'", '\\', '#', ':'),
    maxLength: 40,
  });
  const styles = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  fc.assert(
    fc.property(words, styles, (value, style) => {
      const text = stringify({ a: { b: value } }, { defaultStringType: style, lineWidth: 20 });
      const node: unknown = parseDocument(text).getIn(['a', 'b'], true);
      if (!isScalar(node) || node.value !== value) return;
      for (const [at, character] of Array.from(value).entries()) {
        if (/\s/.test(character)) continue;
        const there = text.slice(...placeInScalar(text, node, { start: at, end: at + 1 }));
        const written = node.type === 'QUOTE_DOUBLE' ? there.replace(/^\\(?=["\\])/, '') : there;
        expect(written).toBe(written.startsWith("'") ? "''".slice(0, written.length) : character);
      }
    }),
  );
});

test('a secret in the wrong place is not repeated', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const [problem] = policyProblems(`version: 1\n${token}: 1\n`);
  expect(problem?.message).not.toContain(token);
});
