import { expect, test } from 'vitest';

import { parseHubFile } from '../../src/app/hub-file.ts';
import { hubPolicySource, readHubPolicy } from '../../src/app/hub-policy.ts';
import { LIMITS } from '../../src/core/limits.ts';

const HUB = 'url: http://127.0.0.1:4180\nissuer: https://login.example.com\nadmins: { groups: [admins] }\n';

test('hub.yaml names the file as seen from itself, and for how long its policy holds', () => {
  expect(parseHubFile(HUB, '/etc/hub/hub.yaml').policy).toBeUndefined();
  expect(parseHubFile(`${HUB}policy: p.yaml\n`, '/etc/hub/hub.yaml').policy).toEqual({
    path: '/etc/hub/p.yaml',
    maxAgeMs: LIMITS.hubPolicyAgeMs,
  });
  const short = parseHubFile(`${HUB}policy: /p.yaml\npolicy_max_age: 2d\n`, '/etc/hub/hub.yaml').policy;
  expect(short).toEqual({ path: '/p.yaml', maxAgeMs: 2 * 24 * 3_600_000 });
});

test.each(['30s', '8d', '0h', '8', 'forever'])('not for %s', (age) => {
  expect(() => parseHubFile(`${HUB}policy_max_age: ${age}\n`, 'hub.yaml')).toThrow(
    /hub\.yaml:4:\d+: policy_max_age/,
  );
});

test('the policy goes to clients as JSON, under the version of the file', () => {
  const { version, document, masking } = readHubPolicy('version: 1 # mine\nname: acme\n', 'p.yaml');
  expect(version).toMatch(/^acme@[0-9a-f]{12} < guard@/);
  expect(JSON.parse(document ?? '')).toEqual({ version: 1, name: 'acme' });
  expect(masking).toBeUndefined();
  const own = readHubPolicy('version: 1\nmasking: { rules: [{ id: a, regex: abc }] }\n', 'p.yaml');
  expect(own.masking).toMatchObject({ patterns: [{ rule: 'central_a' }] });
});

test.each([
  ['what is no policy', 'version: 2\n', /^p\.yaml:1:10: version/],
  [
    'a sample that is not as it says',
    'version: 1\nmasking: { rules: [{ id: a, regex: abc, samples: { masked: [no] } }] }\n',
    /^p\.yaml: masking rule "a", samples\.masked\[0\]: the rule finds nothing in it$/,
  ],
  [
    'what is too large for clients',
    `version: 1\nrules: [${Array.from({ length: 700 }, (_, n) => `{ id: r${n}, verdict: deny, reason: ${'x'.repeat(900)} }`).join(', ')}]\n`,
    /at most 524288 bytes/,
  ],
])('refused: %s', (_, text, why) => {
  expect(() => readHubPolicy(text, 'p.yaml')).toThrow(why);
});

test('it is read again whenever somebody asks', () => {
  let text = 'version: 1\nname: a\n';
  const watched: string[] = [];
  const files = {
    readText: () => text,
    watch: (path: string) => {
      watched.push(path);
      return () => undefined;
    },
  };
  const source = hubPolicySource({ path: '/p.yaml', maxAgeMs: 60_000 }, files);
  const first = source.read();
  text = 'version: 1\nname: b\n';
  expect([first.version.split('@')[0], source.read().version.split('@')[0]]).toEqual(['a', 'b']);
  expect(source.read().maxAgeMs).toBe(60_000);
  source.watch(() => undefined)();
  expect(watched).toEqual(['/p.yaml']);
});
