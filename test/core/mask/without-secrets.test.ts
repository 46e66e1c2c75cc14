import { expect, test } from 'vitest';

import { withoutSecrets } from '../../../src/core/mask/without-secrets.ts';
import { makeCanaries } from '../../helpers/canaries.ts';

const { gitlabToken, stripeKey } = makeCanaries();

test('names the rule in the place of each secret and leaves the rest as it is', () => {
  expect(withoutSecrets(`é "${gitlabToken.value}", ${stripeKey.value} – end`)).toMatch(
    /^é "\[gitlab\w+\]", \[stripe\w+\] – end$/,
  );
});

test('leaves a text without a secret alone', () => {
  const text = 'hallpass.yaml:3:5: connections.a: unknown key "comand"; did you mean "command"?';
  expect(withoutSecrets(text)).toBe(text);
  expect(withoutSecrets('')).toBe('');
});
