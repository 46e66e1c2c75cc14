import { expect, test } from 'vitest';

import { withoutElements } from '../../../src/core/jsonrpc/keep-elements.ts';

test.each<[string, number[], string]>([
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [], '{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [0], '{"a":{"b":[ {"x":[2]} ,"s" ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [1], '{"a":{"b":[ 1 ,"s" ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [2], '{"a":{"b":[ 1 , {"x":[2]} ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [0, 1], '{"a":{"b":[ "s" ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [1, 2], '{"a":{"b":[ 1 ]},"c":[0]}'],
  ['{"a":{"b":[ 1 , {"x":[2]} ,"s" ]},"c":[0]}', [0, 1, 2], '{"a":{"b":[  ]},"c":[0]}'],
  ['{"a":{"b":[ 1, null, true]}}', [1], '{"a":{"b":[ 1, true]}}'],
  ['{"a":{"b":[]}}', [0], '{"a":{"b":[]}}'],
  ['{"a":{"c":[1]}}', [0], '{"a":{"c":[1]}}'],
])('%s without %j is %s', (text, dropped, rest) => {
  const kept = withoutElements(Buffer.from(text), ['a', 'b'], new Set(dropped));
  expect(Buffer.from(kept).toString()).toBe(rest);
});
