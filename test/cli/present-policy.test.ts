import { expect, test } from 'vitest';

import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import { layerJson, presentLayer, presentTrace, traceJson } from '../../src/cli/present-policy.ts';
import { presentTest, testJson } from '../../src/cli/present-policy-check.ts';
import { traceCall } from '../../src/core/policy/trace.ts';
import { callWith } from '../core/policy/calls.ts';

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

test('of a call it is told what would be put back where, by which rule', () => {
  const said: string[] = [];
  const terminal = { result: (line: string) => void said.push(line), stdoutIsTty: false };
  const { layer } = layerWith(', approval: {}');
  const call = callWith({ a: ['hpm_known_abcdefghij'] }, { connection: 'ci', tool: 'set' });
  const trace = traceCall([layer], call);
  // Of a terminal nothing else is used.
  presentTrace(trace, terminal as unknown as Parameters<typeof presentTrace>[1]);
  expect(said[0]).toBe('hold  own/key');
  expect(said).toContain('  would put back secret:DEPLOY at /a/0, by own/key');
  expect(said.at(-1)).toBe('  > own/key: puts secret:DEPLOY back');
  expect(traceJson(trace)).toMatchObject({
    outcome: 'hold',
    restores: [
      { secret: 'secret:DEPLOY', at: '/a/0', rule: 'own/key', approval: true, only_in_own_url: false },
    ],
  });
});

test('a row that expects something else to be put back says both', () => {
  const said: string[] = [];
  const terminal = { result: (line: string) => void said.push(line), stdoutIsTty: false };
  const decision = { outcome: 'allow', rule: 'own', reason: 'nothing', risk: 'none' } as const;
  const result = {
    ...({ test: 'row 1', ok: false, expected: 'allow', expectedRule: undefined, decision } as const),
    restores: [],
    expectedRestores: ['secret:DEPLOY at /a/0'],
  };
  // Of a terminal nothing else is used.
  presentTest(result, terminal as unknown as Parameters<typeof presentTest>[1]);
  expect(said.at(-1)).toBe('      to put back: expected secret:DEPLOY at /a/0, got nothing');
  expect(testJson(result)).toMatchObject({ ok: false, restores: [] });
});
