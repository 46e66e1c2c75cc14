import { expect, test } from 'vitest';

import { OutputSchemas } from '../../../src/core/jsonrpc/output-schemas.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { runWhole } from '../../../src/core/slices.ts';

const learn = (schemas: OutputSchemas, tools: unknown[], owner = 'one'): void =>
  runWhole(schemas.learn(owner, Buffer.from(JSON.stringify({ result: { tools } })), 16));

test('the schema of a tool is what the last list told its owner', () => {
  const schemas = new OutputSchemas();
  learn(schemas, [
    'no tool',
    { name: 'a', outputSchema: { type: 'object', properties: { outputSchema: {} } } },
  ]);
  learn(schemas, [{ outputSchema: { type: 'string' }, name: 'a' }], 'two');
  expect(schemas.schemaOf('one', 'a')).toEqual({ type: 'object', properties: { outputSchema: {} } });
  expect(schemas.schemaOf('two', 'a')).toEqual({ type: 'string' });
  expect(schemas.schemaOf('one', 'b')).toBeUndefined();
  learn(schemas, [{ name: 'a' }]);
  expect(schemas.schemaOf('one', 'a')).toBeUndefined();
});

test('schemas past the limit make the oldest go', () => {
  const schemas = new OutputSchemas();
  const outputSchema = { description: 'x'.repeat(LIMITS.outputSchemaBytes / 3) };
  for (const name of ['a', 'b', 'c', 'd']) learn(schemas, [{ name, outputSchema }]);
  expect(['a', 'b', 'c', 'd'].filter((name) => schemas.schemaOf('one', name) !== undefined)).toEqual([
    'c',
    'd',
  ]);
});
