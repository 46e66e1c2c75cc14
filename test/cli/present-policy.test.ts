import { expect, test } from 'vitest';

import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { layerJson, presentLayer } from '../../src/cli/present-policy.ts';

const RULE = "id: key, secret: 'secret:DEPLOY', connection: ci, tool: [set, put], argument: /a/*";

function layerWith(more = '') {
  const text = `version: 1\nname: own\nextends: observe\nrestore: [{ ${RULE}${more} }]\n`;
  return { layer: parsePolicy(text, 'p.yaml', 'user'), from: 'here' };
}

test('what a policy has put back is told, with where, and whether somebody is asked', () => {
  const said: string[] = [];
  const terminal = { result: (line: string) => void said.push(line) };
  // Of a terminal nothing else is used.
  presentLayer(layerWith(', approval: {}'), terminal as unknown as Parameters<typeof presentLayer>[1]);
  expect(said.at(-1)).toBe(
    '  restore  own/key: secret:DEPLOY in /a/* of set or put on ci, once somebody has approved it',
  );
  expect(layerJson(layerWith())).toMatchObject({
    restores: [
      {
        rule: 'own/key',
        secret: 'secret:DEPLOY',
        connection: 'ci',
        tool: ['set', 'put'],
        argument: '/a/*',
        approval: false,
      },
    ],
  });
});
