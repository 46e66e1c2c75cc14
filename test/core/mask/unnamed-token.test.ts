import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { FindingStream } from '../../../src/core/mask/finding-stream.ts';
import type { Profile } from '../../../src/core/mask/profile.ts';
import { bytes } from './fixtures.ts';
import { base62, hex, lowerAlnum } from './rule-examples/examples.ts';

test.each([
  `zorb_${base62(40)}`,
  `zrb_live_${base62(32)}`,
  `zorb-v1-${base62(64)}`,
  `zorb_sk_${hex(40)}`,
  `sk_prod_${base62(32)}`,
])('a token of a service that no rule knows is hidden wherever it stands: %#', (token) => {
  for (const text of [token, `the ${token}, end`, `f("${token}")`, `x\n${token}\ny`, `a=${token}&b`])
    expect(found(text), text).toEqual([token]);
});

test('a person is told where its prefix speaks of a key', () => {
  expect(found(`the zorb_live_${base62(40)} end`, 'alert')).toHaveLength(1);
  expect(found(`the zorb_${base62(40)} end`, 'alert')).toEqual([]);
});

test.each([
  ['an id of a model’s call', `call_${base62(24)}`],
  ['a longer id', `chatcmpl-${base62(29)}`],
  ['a hash of what is in production', `prod-${hex(40)}`],
  ['a hash behind a name', `chunk-${hex(40)}`],
  ['a subresource integrity', `sha512-${base62(86)}`],
  ['the name of a file', `main_${base62(32)}.js`],
  ['one that is cut short', `zorb_${base62(32)}...`],
  ['a part of a path', `static/main_${base62(32)}`],
  ['a long name', 'TEST_someFunctionThatDoesVeryMuchAtOnceInOneCall2000'],
  ['what is said to be an id', `"request_id": "req_${base62(40)}"`],
  ['an almost right token of a vendor that is known', `xoxb-${lowerAlnum(40)}`],
])('and not %s', (_, text) => {
  expect(createDetector({ rules: [] }).detect(bytes(text))).toEqual([]);
});

test('a stream finds it wherever it is cut', () => {
  const text = bytes(`a zorb_${base62(40)}. b\nmain_${base62(32)}.js `);
  for (let cut = 0; cut <= text.length; cut++) {
    const stream: FindingStream = createDetector().stream();
    const all = [...stream.push(text.slice(0, cut)), ...stream.push(text.slice(cut)), ...stream.flush()];
    expect(all.map(({ rule, start, end }) => [rule, start, end])).toEqual([['unnamed_token', 2, 47]]);
  }
});

function found(text: string, profile: Profile = 'mask'): string[] {
  return createDetector({ profile })
    .detect(bytes(text))
    .map(({ start, end }) => text.slice(start, end));
}
