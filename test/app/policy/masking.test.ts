import { describe, expect, test } from 'vitest';

import { checkSamples, sampleProblem } from '../../../src/app/policy/masking-samples.ts';
import { parsePolicy, policyDocument, policyProblems } from '../../../src/app/policy/policy-file.ts';
import { parseMessage } from '../../../src/core/jsonrpc/envelope.ts';
import type { Masking } from '../../../src/core/mask/central/central.ts';
import { maskJson } from '../../../src/core/mask/json.ts';
import type { Masker } from '../../../src/core/mask/masker.ts';
import { githubToken, maskedText } from '../../core/mask/fixtures.ts';
import { maskerWith } from './central-fixtures.ts';

function masking(text: string): Masking {
  const parsed = parsePolicy(`version: 1\nmasking:\n${text}`, 'policy.yaml', 'hub').masking;
  if (parsed === undefined) throw new Error('no masking');
  return parsed;
}

function problem(text: string): string {
  const [first] = policyProblems(`version: 1\nmasking:\n${text}`);
  return first === undefined ? '' : `${first.line}:${first.column} ${first.message}`;
}

function masked(by: Masker, params: unknown, method = 'tools/call'): { params: unknown; rules: string[] } {
  const raw = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  parseMessage(raw);
  const typeOf = () => ({ kind: 'request', method }) as const;
  const { bytes, findings } = maskJson(raw, { masker: by, typeOf, batch: false });
  const { params: out } = JSON.parse(Buffer.from(bytes).toString()) as { params: unknown };
  return { params: out, rules: findings.map(({ rule, at }) => `${rule} ${at}`) };
}

describe('what is wrong is told where it is', () => {
  test.each([
    ['  rules: [{ id: a, regex: "x+abc" }]', /^3:27 .*no longest length/],
    ['  rules: [{ id: A, regex: abc }]', /^3:17 .*small letters/],
    ['  rules: [{ id: a, regexp: abc }]', /unknown key "regexp"/],
    ['  rules: [{ id: a, regex: abc, max_length: 5000 }]', /max_length/],
    ['  rules: [{ id: a, regex: abc }, { id: a, regex: abd }]', /"a" stands twice/],
    ['  rules: [{ id: a, regex: abc }]\n  fields: [{ id: a, names: [ssn] }]', /^4:\d+ .*"a" stands twice/],
    ['  fields: [{ id: a }]', /name at least one name or path/],
    ['  fields: [{ id: a, paths: [ssn] }]', /JSON pointer/],
    ['  fields: [{ id: a, names: ["*"] }]', /field/],
    ['  vendors: { off: [githup_pat] }', /^3:\d+ .*there is no rule "githup_pat"/],
    ['  entities: [iban, ssn]', /card, iban, email or phone/],
    ['  fileds: []', /unknown key "fileds"/],
  ])('%s', (text, expected) => {
    expect(problem(text)).toMatch(expected);
  });

  test('a project has nothing to say of it', () => {
    const text = 'version: 1\nmasking: { entities: [email] }\n';
    expect(() => parsePolicy(text, 'p.yaml', 'project')).toThrow(/p\.yaml.*not for a project/);
    expect(parsePolicy(text, 'p.yaml', 'user').masking?.pii).toEqual(['email']);
  });
});

describe('fields', () => {
  const by = maskerWith(
    masking(`
  fields:
    - { id: ssn, names: [SSN, "tax*id"], why: it is a tax number }
    - { id: cust, paths: [/params/arguments/customers/*/code, /params/arguments/private/**] }
`),
  );

  test('are masked by name, whatever the value is, numbers too', () => {
    const { params, rules } = masked(by, {
      arguments: { ssn: 'x', Tax_Id: 12, more: { 'tax id': ['a', 'b'] }, other: 'x' },
    });
    expect(params).toEqual({
      arguments: {
        ssn: expect.stringMatching(/^hpm_central_ssn_\w+$/) as string,
        Tax_Id: expect.stringMatching(/^hpm_central_ssn_\w+$/) as string,
        more: {
          'tax id': [
            expect.stringMatching(/^hpm_central_ssn_/),
            expect.stringMatching(/^hpm_central_ssn_/),
          ] as string[],
        },
        other: 'x',
      },
    });
    expect(rules[0]).toBe('central_ssn /params/arguments/ssn');
  });

  test('are masked by place', () => {
    const customers = [
      { code: 'ab', name: 'jo' },
      { code: 'cd', deep: { code: 'ef' } },
    ];
    const { params } = masked(by, {
      arguments: { customers, private: { a: { b: 'secret thing' } }, code: 'gh' },
    });
    const hidden = expect.stringMatching(/^hpm_central_cust_/) as string;
    expect(params).toEqual({
      arguments: {
        customers: [
          { code: hidden, name: 'jo' },
          { code: hidden, deep: { code: 'ef' } },
        ],
        private: { a: { b: hidden } },
        code: 'gh',
      },
    });
  });

  test('stay masked when they come back as placeholders', () => {
    const once = masked(by, { arguments: { ssn: 'abc', tax_id: 12_345 } });
    expect(masked(by, once.params)).toEqual({ params: once.params, rules: [] });
  });

  test.each([
    ['JSON', '{"ssn": "12 3", "name": "jo"}', /^\{"ssn": "hpm_central_ssn_\w+", "name": "jo"\}$/],
    ['JSON in a string', String.raw`{\"ssn\":\"12 3\"}`, /ssn\\":\\"hpm_central_ssn_\w+\\"/],
    ['YAML', 'ssn: 123-4\nname: jo', /^ssn: hpm_central_ssn_\w+\nname: jo$/],
    ['a .env file', 'TAX_ID=99x\nA=1', /^TAX_ID=hpm_central_ssn_\w+\nA=1$/],
  ])('are masked within text: %s', (_, text, expected) => {
    expect(maskedText(by, text)).toMatch(expected);
  });

  test('what the protocol reads stays as it is', () => {
    expect(masked(by, { name: 'ssn', arguments: {} }).params).toEqual({ name: 'ssn', arguments: {} });
  });
});

test('rules of vendors are off where the policy says so, and the others stay', () => {
  const by = maskerWith(masking('  vendors: { off: [github_pat] }\n'));
  const plain = `see ${githubToken()} here`;
  expect(maskedText(by, plain)).not.toContain('hpm_github_pat');
  const all = maskerWith(masking('  entities: []\n'));
  expect(maskedText(all, plain)).toContain('hpm_github_pat');
});

test('personal data is masked where the policy names it', () => {
  const text = `write to ${['jo', 'example.org'].join('@')} now`;
  expect(maskedText(maskerWith(masking('  entities: [email]\n')), text)).toMatch(
    /^write to hpm_email_\w+ now$/,
  );
});

describe('samples', () => {
  const given = masking(`
  rules:
    - id: emp
      regex: 'EMP-[0-9]{4}'
      samples: { masked: [EMP-1234, no such thing], clear: [EMP-1, "x EMP-9999"] }
  fields:
    - id: pin
      names: [pin]
      samples: { masked: ['{"pin": 1}', "pin: 77"], clear: ['{"spin": 1}'] }
`);

  test('say of each whether the rule does what it says', () => {
    expect(checkSamples(given).map(({ rule, kind, at, ok }) => [rule, kind, at, ok])).toEqual([
      ['central_emp', 'masked', 0, true],
      ['central_emp', 'masked', 1, false],
      ['central_emp', 'clear', 0, true],
      ['central_emp', 'clear', 1, false],
      ['central_pin', 'masked', 0, true],
      ['central_pin', 'masked', 1, true],
      ['central_pin', 'clear', 0, true],
    ]);
  });

  test('are not quoted', () => {
    const said = checkSamples(given)
      .filter(({ ok }) => !ok)
      .map(sampleProblem);
    expect(said).toEqual([
      'masking rule "emp", samples.masked[1]: the rule finds nothing in it',
      'masking rule "emp", samples.clear[1]: the rule masks something in it',
    ]);
  });

  test('do not go to clients', () => {
    const text = 'version: 1\nmasking:\n  rules: [{ id: a, regex: abc, samples: { masked: [xabcx] } }]\n';
    const document = policyDocument(text);
    expect(document).not.toContain('xabcx');
    expect(parsePolicy(document, 'p', 'hub').masking?.patterns).toHaveLength(1);
  });
});
