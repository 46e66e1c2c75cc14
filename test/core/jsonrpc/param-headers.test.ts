import { describe, expect, test } from 'vitest';

import { ParamHeaders } from '../../../src/core/jsonrpc/param-headers.ts';
import { LIMITS } from '../../../src/core/limits.ts';

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
  const learn = (schema: unknown) =>
    params.learn(Buffer.from(JSON.stringify({ result: { tools: [tool('a', schema)] } })));
  const call = Buffer.from('{"params":{"arguments":{"x":"y"}}}');
  learn({ properties: { x: header('X') } });
  expect(params.headersFor('a', call)).toEqual({ 'mcp-param-x': 'y' });
  learn({ properties: { x: header('Other') } });
  expect(params.headersFor('a', call)).toEqual({ 'mcp-param-other': 'y' });
  learn({});
  expect(params.headersFor('a', call)).toEqual({});
});

test('of tools that declare more than there is room for the oldest is forgotten', () => {
  const params = new ParamHeaders();
  const long = 'x'.repeat(LIMITS.paramHeaderBytes / 5);
  const schema = { properties: { x: header('X'), [long]: header(long) } };
  for (const name of ['a', 'b', 'c'])
    params.learn(Buffer.from(JSON.stringify({ result: { tools: [tool(name, schema)] } })));
  expect(['a', 'b', 'c'].filter((name) => params.namesFor(name).length > 0)).toEqual(['b', 'c']);
});

describe('clients on HTTP have to leave out tools', () => {
  const unfit = (inputSchema: unknown) =>
    new ParamHeaders().learn(
      Buffer.from(JSON.stringify({ result: { tools: [tool('fit', {}), tool('a', inputSchema)] } })),
    );
  const number = { type: 'number', 'x-mcp-header': 'X' };

  test.each<[string, unknown, string]>([
    ['an empty header', { properties: { x: header('') } }, 'no name of a header'],
    ['a header with a space', { properties: { x: header('a b') } }, 'no name of a header'],
    ['a header with a line break', { properties: { x: header('a\r\nb') } }, 'no name of a header'],
    ['a header beyond ASCII', { properties: { x: header('Région') } }, 'no name of a header'],
    ['a header for a number', { properties: { x: number } }, 'no string, integer or boolean'],
    ['a header for an object', { properties: { x: { ...number, type: 'object' } } }, 'no string'],
    ['a header for what has no type', { properties: { x: { 'x-mcp-header': 'X' } } }, 'no string'],
    ['a header twice', { properties: { x: header('X'), y: header('x') } }, 'the same'],
    ['a header that is no text', { properties: { x: { type: 'string', 'x-mcp-header': 5 } } }, 'no text'],
    ['a header that is a list', { properties: { x: { type: 'string', 'x-mcp-header': [] } } }, 'no text'],
    ['a header for all', { 'x-mcp-header': 'X' }, 'alone lead to'],
    ['a header below items', { properties: { x: { items: header('X') } } }, 'alone lead to'],
    ['a header in a branch', { anyOf: [{ properties: { x: header('X') } }] }, 'alone lead to'],
  ])('with %s', (_, schema, why) => {
    expect(unfit(schema)).toEqual([{ index: 1, name: 'a', why: expect.stringContaining(why) as string }]);
  });

  test.each<[string, unknown]>([
    [
      'with headers for text, whole numbers and flags',
      {
        properties: {
          x: header('X'),
          y: { type: 'integer', 'x-mcp-header': 'Y' },
          z: { type: 'boolean', 'x-mcp-header': 'Z' },
        },
      },
    ],
    ['whose argument has this name', { properties: { 'x-mcp-header': { type: 'string' } } }],
    [
      'whose default has this key',
      { properties: { x: { type: 'object', default: { 'x-mcp-header': 'a b' } } } },
    ],
  ])('but not those %s', (_, schema) => {
    expect(unfit(schema)).toEqual([]);
  });
});
