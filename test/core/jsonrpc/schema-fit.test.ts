import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { describe, expect, test } from 'vitest';

import { fitsSchema } from '../../../src/core/jsonrpc/schema-fit.ts';

const MASKED = 'hpm_known_abcdefghijklmnop';
const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });

/** Spelled as text, since an object with `then` would pass for a promise. */
const when = (condition: object, yes: unknown, no: unknown): object =>
  JSON.parse(
    `{"if":${JSON.stringify(condition)},"then":${JSON.stringify(yes)},"else":${JSON.stringify(no)}}`,
  ) as object;

/** What the official SDK's clients would say. */
const official = (schema: object, value: unknown): boolean =>
  new AjvJsonSchemaValidator().getValidator(schema)(value).valid;

describe('what masking can break, as the official validator has it', () => {
  test.each<[string, object, unknown, boolean]>([
    ['a string', object({ a: { type: 'string' } }), { a: MASKED }, true],
    ['anything', object({ a: true }), { a: MASKED }, true],
    ['a number that is none any more', object({ a: { type: 'integer' } }), { a: MASKED }, false],
    ['a number or a text', object({ a: { type: ['number', 'string'] } }), { a: MASKED }, true],
    ['a constant', object({ a: { const: 'x' } }), { a: MASKED }, false],
    ['a choice', object({ a: { enum: ['x', { y: 1 }] } }), { a: MASKED }, false],
    ['another choice', object({ a: { enum: ['x', { y: 1 }] } }), { a: { y: 1 } }, true],
    [
      'a constant of many',
      object({ a: { const: [{ x: 1, y: [null] }] } }),
      { a: [{ y: [null], x: 1 }] },
      true,
    ],
    ['a list that is no object', object({ a: { const: ['x'] } }), { a: { 0: 'x' } }, false],
    ['a list that is longer', object({ a: { enum: [['x'], { x: 1 }] } }), { a: ['x', 'x'] }, false],
    ['an object with more', object({ a: { enum: [['x'], { x: 1 }] } }), { a: { x: 1, y: 1 } }, false],
    ['a short text', object({ a: { maxLength: 10 } }), { a: MASKED }, false],
    ['a long text', object({ a: { minLength: 40 } }), { a: MASKED }, false],
    ['characters, not units', object({ a: { maxLength: 27 } }), { a: `${MASKED}😀` }, true],
    ['a pattern', object({ a: { pattern: '^[A-Z]+$' } }), { a: MASKED }, false],
    ['a pattern that it fits', object({ a: { pattern: '^[a-z_]+$' } }), { a: MASKED }, true],
    ['a UUID', object({ a: { type: 'string', format: 'uuid' } }), { a: MASKED }, false],
    ['a date', object({ a: { type: 'string', format: 'date-time' } }), { a: MASKED }, false],
    ['a URI', object({ a: { format: 'uri' } }), { a: `https://x.example/?k=${MASKED}` }, true],
    ['a URI that is all secret', object({ a: { format: 'uri' } }), { a: MASKED }, false],
    ['an address', object({ a: { format: 'email' } }), { a: `${MASKED}@x.example` }, true],
    ['an address that is all secret', object({ a: { format: 'email' } }), { a: MASKED }, false],
    ['base64', object({ a: { format: 'byte' } }), { a: MASKED }, false],
    ['a property by its name', object({}, { required: ['a'] }), { [MASKED]: 1 }, false],
    ['no other property', object({ a: {} }, { additionalProperties: false }), { [MASKED]: 1 }, false],
    [
      'others of a type',
      object({ a: {} }, { additionalProperties: { type: 'number' } }),
      { b: MASKED },
      false,
    ],
    ['names of a kind', object({}, { propertyNames: { maxLength: 3 } }), { [MASKED]: 1 }, false],
    ['properties by pattern', { patternProperties: { '^n': { type: 'number' } } }, { n1: MASKED }, false],
    ['properties by another', { patternProperties: { '^n': { type: 'number' } } }, { m1: MASKED }, true],
    ['a key that needs another', { dependentRequired: { a: ['b'] } }, { a: 1, [MASKED]: 1 }, false],
    ['a key that needs more', { dependentSchemas: { a: { required: ['b'] } } }, { a: 1, [MASKED]: 1 }, false],
    ['items', { type: 'array', items: { type: 'number' } }, [1, MASKED], false],
    ['first items', { prefixItems: [{ type: 'string' }], items: { type: 'number' } }, [MASKED, 1], true],
    [
      'and the rest',
      { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
      [MASKED, MASKED],
      false,
    ],
    ['all of them', { allOf: [{ type: 'string' }, { maxLength: 5 }] }, MASKED, false],
    ['any of them', { anyOf: [{ type: 'number' }, { minLength: 5 }] }, MASKED, true],
    ['none of them', { anyOf: [{ type: 'number' }, { maxLength: 5 }] }, MASKED, false],
    ['one of them', { oneOf: [{ type: 'number' }, { type: 'string' }] }, MASKED, true],
    ['two of them', { oneOf: [{ minLength: 1 }, { type: 'string' }] }, MASKED, false],
    [
      'the one that is meant',
      {
        oneOf: [
          object({ kind: { const: 'a' }, v: { type: 'number' } }, { required: ['kind'] }),
          object({ kind: { const: 'b' }, v: { type: 'string' } }, { required: ['kind'] }),
        ],
      },
      { kind: 'a', v: MASKED },
      false,
    ],
    ['no text', { not: { type: 'string' } }, MASKED, false],
    ['a condition', when({ type: 'string' }, { maxLength: 3 }, false), MASKED, false],
    ['another', when({ type: 'number' }, false, { minLength: 3 }), MASKED, true],
    [
      'what stands elsewhere',
      {
        $ref: '#/$defs/a~1b',
        $defs: { 'a/b': { type: 'array', items: { $ref: '#/$defs/n' } }, n: { type: 'number' } },
      },
      [1, MASKED],
      false,
    ],
    [
      'what holds itself',
      object({ v: { type: 'number' }, next: { $ref: '#' } }),
      { v: 1, next: { v: 1, next: { v: MASKED } } },
      false,
    ],
  ])('%s', (_, schema, value, fits) => {
    expect(official(schema, value)).toBe(fits);
    expect(fitsSchema(schema, value)).toBe(fits);
  });

  test('lists of items and dependencies as draft-07 spells them', () => {
    const schema = { items: [{ type: 'string' }], additionalItems: { type: 'number' } };
    expect(fitsSchema(schema, [MASKED, 1])).toBe(true);
    expect(fitsSchema(schema, [MASKED, MASKED])).toBe(false);
    expect(fitsSchema({ dependencies: { a: ['b'] } }, { a: 1 })).toBe(false);
    expect(fitsSchema({ dependencies: { a: { required: ['b'] } } }, { a: 1 })).toBe(false);
  });
});

describe('what masking has not touched is taken for granted', () => {
  const tangled = String.raw`^(?:(\w+)\1)*$`;

  test.each<[string, object]>([
    ['a pattern', { pattern: tangled }],
    ['a format', { format: 'uuid' }],
    ['one of two patterns', { oneOf: [{ pattern: tangled }, { pattern: `${tangled}|` }] }],
    ['a schema elsewhere', { $ref: 'https://schemas.example/x' }],
    ['a schema that is not there', { $ref: '#/$defs/x' }],
    ['what is no schema', { allOf: [7, null] }],
    ['keywords of later drafts', { unevaluatedItems: false, minContains: 3 }],
  ])('%s', (_, schema) => {
    expect(fitsSchema(schema, 'plain')).toBe(true);
  });

  test('properties by a pattern that is not tried out', () => {
    const schema = { patternProperties: { [tangled]: { type: 'number' } }, additionalProperties: false };
    expect(fitsSchema(schema, { aa: 1, b: 'x' })).toBe(true);
  });
});

describe('a schema that is out for trouble', () => {
  // 2^40 ways lead to the end.
  const doubling = {
    $ref: '#/$defs/0',
    $defs: Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        String(i),
        { allOf: [{ $ref: `#/$defs/${i + 1}` }, { $ref: `#/$defs/${i + 1}` }] },
      ]),
    ),
  };

  test.each<[string, object]>([
    ['refers to itself', { $ref: '#' }],
    ['refers to itself by two', { anyOf: [{ $ref: '#' }, { $ref: '#' }] }],
    ['doubles at each step', doubling],
  ])('%s: what would take too long does not fit', (_, schema) => {
    expect(fitsSchema(schema, MASKED)).toBe(false);
  });

  const long = Array.from({ length: 5_000 }, (_, i) => i);
  const often = (schema: object): object => ({
    $defs: { long: schema },
    allOf: Array.from({ length: 100 }, () => ({ $ref: '#/$defs/long' })),
  });
  test.each<[string, object, unknown]>([
    ['compares a long list again and again', often({ const: long }), long],
    ['asks for the same keys again and again', often({ required: long.map(() => 'a') }), { a: MASKED }],
    [
      'looks for other keys again and again',
      often({ additionalProperties: true }),
      Object.fromEntries(long.map((i) => [`k${i}`, MASKED])),
    ],
  ])('what %s does not fit', (_, schema, value) => {
    expect(fitsSchema(schema, value)).toBe(false);
  });

  test.each([
    '(a+)+$',
    '(a|a)*$',
    '^(?:(?:a*)*)*$',
    '(?=(a+))\\1b',
    'a*a*a*b',
    '(a|a)(a|a)a*a*',
    '[a-z]{1,999}[a-z]{1,999}$',
    'x'.repeat(300),
  ])('the pattern %s is not tried out, and no placeholder fits it', (pattern) => {
    expect(fitsSchema({ pattern }, MASKED)).toBe(false);
    expect(fitsSchema({ pattern }, 'plain')).toBe(true);
  });

  test('names that objects have of themselves are no properties', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"number"}},"required":["constructor"]}',
    ) as object;
    expect(fitsSchema(schema, {})).toBe(false);
    expect(fitsSchema(schema, JSON.parse(`{"constructor":1,"__proto__":"${MASKED}"}`))).toBe(false);
    expect(fitsSchema({ $ref: '#/constructor' }, MASKED)).toBe(true);
  });
});
