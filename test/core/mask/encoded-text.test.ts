import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { bytes } from './fixtures.ts';

const PASSWORD = ['Tr0ub4dor', 'x7Kq', '93'].join('-');
const LEADS = ['', '\t', '\u00e9', '\u20ac', '\u{1f600}', 'a\u00e9b', '\u00fc\u20ac\u{1f600}', 'ab\u{1f600}'];
const ENCODINGS = ['base64', 'base64url', 'hex'] as const;

test.each(ENCODINGS)('%s of text that begins with any characters is looked into', (encoding) => {
  for (const lead of LEADS) {
    const text = `${lead} PASSWORD=${PASSWORD}\n`;
    const encoded = Buffer.from(text).toString(encoding);
    for (const token of encoding === 'hex' ? [encoded, encoded.toUpperCase()] : [encoded]) {
      const found = createDetector().detect(bytes(`see ${token} .`));
      expect([lead, found.map(({ start, end }) => [start, end])]).toEqual([lead, [[4, 4 + token.length]]]);
    }
  }
});
