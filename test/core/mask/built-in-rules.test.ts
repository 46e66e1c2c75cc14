import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { BUILT_IN_RULES } from '../../../src/core/mask/rules/built-in.ts';

const SOURCES = fileURLToPath(new URL('../../../src/core/mask', import.meta.url));

test('every rule that is written as code is explained, and none else', () => {
  const code = readdirSync(SOURCES)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
    .join('\n');
  // `rule: 'jwt'`, and both of `rule: isField ? 'secret_field' : 'secret_value'`.
  const given = [...code.matchAll(/\brule: (?:\w+ \? '(\w+)' : )?'(\w+)'/g)].flatMap(([, a, b]) => [a, b]);
  const ids = new Set(given.filter((id) => id !== undefined));
  expect(new Set(BUILT_IN_RULES.map(({ id }) => id))).toEqual(ids);
});
