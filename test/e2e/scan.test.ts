import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { makeCanaries, plantProject } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { lines } from '../helpers/wiretap.ts';
import { nothingLeaked } from './converse.ts';

const canaries = makeCanaries();
const planted = Object.values(canaries);

interface Found {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly why: string;
}

describe('scan', () => {
  test(
    'names rule and place of every planted secret, never its value, and exits 9',
    cites('scan.finds', 'scan.exit-code'),
    async () => {
      await using hallpass = await sandbox();
      await plantProject(hallpass.project, canaries);
      const { stdout, code } = await hallpass.run(['scan', '.']);
      expect(code).toBe(9);
      for (const place of [
        '.env:3:19',
        '.npmrc:1:36',
        'config/chat.yaml:2:14',
        'deploy/id_ed25519:1:1',
        'deploy/kubeconfig:10:14',
        'src/agent.ts:1:47',
      ])
        expect(stdout).toMatch(new RegExp(`^${place.replaceAll('.', '\\.')} {2}\\w+ {2}\\S`, 'm'));
      expect(stdout).not.toContain('README.md');
      nothingLeaked(hallpass, planted);
    },
  );

  test(
    '--json: one object a line, whose byte offsets are those of the very secret',
    cites('scan.json'),
    async () => {
      await using hallpass = await sandbox();
      await plantProject(hallpass.project, canaries);
      const { bytes } = await hallpass.run(['scan', '.', '--json']);
      const found = lines(bytes.stdout).map((line) => JSON.parse(line) as Found);
      const texts = found.map(({ file, start, end }) =>
        readFileSync(join(hallpass.project, file)).subarray(start, end).toString(),
      );
      const spelled = new Set(
        planted.flatMap(({ value }) => [value, value.trimEnd(), Buffer.from(value).toString('base64')]),
      );
      expect(texts.filter((text) => !spelled.has(text))).toEqual([]);
      expect(new Set(texts).size).toBe(planted.length);
      for (const each of found)
        expect(Object.keys(each)).toEqual([
          'rule',
          'file',
          'line',
          'column',
          'start',
          'end',
          'fingerprint',
          'why',
        ]);
      nothingLeaked(hallpass, planted);
    },
  );

  test('- reads stdin', cites('scan.stdin', 'scan.exit-code'), async () => {
    await using hallpass = await sandbox();
    const dirty = await hallpass.run(['scan', '-'], { stdin: `a\nb ${canaries.gitlabToken.value} c\n` });
    expect(dirty.stdout).toMatch(/^-:2:3 {2}gitlab_\w+ {2}/);
    expect(dirty.code).toBe(9);
    const clean = await hallpass.run(['scan', '-'], {
      stdin: 'nothing here: 550e8400-e29b-41d4-a716-446655440000\n',
    });
    expect({ stdout: clean.stdout, code: clean.code }).toEqual({ stdout: '', code: 0 });
    nothingLeaked(hallpass, planted);
  });

  test('a path that is not there is an error, not a clean bill', cites('scan.exit-code'), async () => {
    await using hallpass = await sandbox();
    const { stdout, stderr, code } = await hallpass.run(['scan', 'no/such/path']);
    expect(stderr).toMatch(/no\/such\/path.* \[ERR_NO_SUCH_FILE\]\n {2}\S/);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});
