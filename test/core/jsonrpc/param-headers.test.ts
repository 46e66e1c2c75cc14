import { describe, expect, test } from 'vitest';

import { ParamHeaders } from '../../../src/core/jsonrpc/param-headers.ts';

const tool = (name: string, inputSchema: unknown) => ({ name, inputSchema });
const headersOf = (tools: unknown[], args: string, name = 'a') => {
  const params = new ParamHeaders();
  params.learn(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } })));
  return params.headersFor(
    name,
    Buffer.from(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","arguments":${args}}}`),
  );
};
const header = (name: string) => ({ type: 'string', 'x-mcp-header': name });

test('arguments are repeated that the tool declares, at any depth, each type in its own way', () => {
  const schema = {
    properties: {
      region: header('Region'),
      count: header('Count'),
      dry: header('Dry-Run'),
      deep: { properties: { er: header('Er') } },
      plain: { type: 'string' },
    },
  };
  expect(
    headersOf(
      [tool('a', schema)],
      '{"region":"eu \\u0031","count":42.0,"dry":true,"deep":{"er":"grün"},"plain":"x"}',
    ),
  ).toEqual({
    'mcp-param-region': 'eu 1',
    'mcp-param-count': '42',
    'mcp-param-dry-run': 'true',
    'mcp-param-er': `=?base64?${Buffer.from('grün').toString('base64')}?=`,
  });
});

test.each([
  ['missing', '{}'],
  ['null', '{"region":null}'],
  ['no plain value', '{"region":{"region":"x"}}'],
])('what is %s is not', (_, args) => {
  expect(headersOf([tool('a', { properties: { region: header('Region') } })], args)).toEqual({});
});

describe('nothing is declared', () => {
  test.each([
    ['by what is no token', { properties: { x: header('a b') } }],
    ['by a line break', { properties: { x: header('a\r\nb') } }],
    ['by what is no text', { properties: { x: { 'x-mcp-header': 5 } } }],
    ['at the root', { 'x-mcp-header': 'X' }],
    ['below items', { properties: { x: { items: header('X') } } }],
    ['below a branch', { anyOf: [{ properties: { x: header('X') } }] }],
    ['by an argument of that name', { properties: { 'x-mcp-header': { type: 'string' } } }],
  ])('%s', (_, schema) => {
    expect(headersOf([tool('a', schema)], '{"x":"y","x-mcp-header":"y"}')).toEqual({});
  });

  test('by another tool, nor by one that is not there', () => {
    const tools = [tool('b', { properties: { x: header('X') } }), tool('a', {})];
    expect(headersOf(tools, '{"x":"y"}')).toEqual({});
    expect(headersOf(tools, '{"x":"y"}', 'constructor')).toEqual({});
  });
});

test('the latest list counts', () => {
  const params = new ParamHeaders();
  const learn = (schema: unknown): void =>
    params.learn(Buffer.from(JSON.stringify({ result: { tools: [tool('a', schema)] } })));
  const call = Buffer.from('{"params":{"arguments":{"x":"y"}}}');
  learn({ properties: { x: header('X') } });
  expect(params.headersFor('a', call)).toEqual({ 'mcp-param-x': 'y' });
  learn({ properties: { x: header('Other') } });
  expect(params.headersFor('a', call)).toEqual({ 'mcp-param-other': 'y' });
  learn({});
  expect(params.headersFor('a', call)).toEqual({});
});
