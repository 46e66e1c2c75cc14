import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { ownMasking, policyLayers } from '../../src/cli/compose-policy.ts';

let configDir: string;

beforeEach(() => {
  configDir = mkdtempSync(join(tmpdir(), 'hallpass-'));
  writeFileSync(join(configDir, 'policy.yaml'), 'version: 1\nname: mine\n', { mode: 0o600 });
  return () => rmSync(configDir, { recursive: true });
});

test('a policy of one’s own counts only where nobody else can put another in its place', async () => {
  const own = { chosen: undefined, configDir, workspace: join(configDir, 'project') };
  expect(await policyLayers(own)).toMatchObject([{ layer: { name: 'mine' } }]);
  chmodSync(configDir, 0o777);
  await expect(policyLayers(own)).rejects.toThrowWithCode('ERR_CONFIG');
  await expect(ownMasking(own)).rejects.toThrowWithCode('ERR_CONFIG');
  expect(await policyLayers({ ...own, chosen: 'locked' })).toMatchObject([{ layer: { name: 'locked' } }]);
});
