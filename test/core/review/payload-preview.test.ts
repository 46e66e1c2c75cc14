import { expect, test } from 'vitest';

import { previewOf } from '../../../src/core/review/payload-preview.ts';

test.for([
  ['{"id":1,"method":"tools/call","params":{"name":"read","arguments":{"path":"a"}}}', '{"path":"a"}'],
  ['{"id":1,"method":"resources/read","params":{"uri":"file:a"}}', '{"uri":"file:a"}'],
  ['{"id":1,"result":{"content":[{"type":"text","text":"one\\n two"},{"type":"image"}]}}', 'one two'],
  ['{"id":1,"result":{"tools":[]}}', '{"tools":[]}'],
  ['{"id":1,"error":{"code":-32600}}', '{"code":-32600}'],
  // Cut, and so no JSON.
  ['{"id":1,"params":{"name":"read","arguments":{"path":"a', '{"path":"a'],
  ['{"id":1,"params":{"uri":"fi', '{"uri":"fi'],
  ['{"id":1,"result":{"content":[\n{"te', '{"content":[ {"te'],
  // Whatever an attacker sends.
  ['no JSON', 'no JSON'],
  ['[1]', '[1]'],
  ['{"id":1}', '{"id":1}'],
  ['{"result":{"content":[null,{"text":1}]}}', '{"content":[null,{"text":1}]}'],
  ['{"params":null}', '{"params":null}'],
  ['', ''],
] as const)('%s', ([text, preview]) =>
  expect(previewOf({ state: 'stored', bytes: Buffer.from(text) })).toBe(preview),
);

test('what is not there is said so', () => {
  expect(previewOf({ state: 'redacted' })).toBe('(payload redacted)');
  expect(previewOf({ state: 'missing' })).toBe('(payload missing)');
});
