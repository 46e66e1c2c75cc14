import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const demo = fileURLToPath(new URL('../demo/demo.ts', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('npm run demo', () => {
  let temporary = '';
  let printed = '';
  let status: number | null = null;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-'));
    const env = { PATH: process.env['PATH'], HOME: temporary, TMPDIR: temporary, LANG: 'C.UTF-8' };
    const { stdout, stderr, status: code } = spawnSync(process.execPath, [demo], { env, encoding: 'utf8' });
    printed = stdout;
    status = code;
    if (code !== 0) process.stderr.write(stderr);
  });
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('shows what it promises, and leaves nothing behind', () => {
    expect(status).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('prints one plain page where there is no terminal', () => {
    expect(printed).not.toContain('\u001b');
    const rows = printed.trimEnd().split('\n');
    expect(rows.length).toBeLessThanOrEqual(80);
    const wide = rows.filter((row) => row.length > 100);
    expect(wide.filter((row) => !row.includes('$ ssh-keygen'))).toEqual([]);
  });

  test('prints what the README shows', () => {
    const [, shown = ''] = /<!-- demo -->\n+```\w+\n([^]*?)```\n+<!-- \/demo -->/.exec(readme) ?? [];
    expect(general(shown)).toEqual(general(printed));
  });
});

/** The lines of a transcript without what differs from run to run. */
function general(transcript: string): string[] {
  return transcript
    .trimEnd()
    .replaceAll(/hpm_\w+…?/g, 'hpm')
    .replaceAll(/SHA256:\S+/g, 'SHA256')
    .replaceAll(/\/\S*\/hallpass-\w+\//g, '/tmp/')
    .replaceAll(/\b[0-9a-z]{12}\b/g, 'ID')
    .replaceAll(/(show|verify) [0-9a-z]{4}\b/g, '$1 ID')
    .replaceAll(/ \S+@\w\S*$/gm, ' subject')
    .replaceAll(/\d[\d,]*/g, 'N')
    .replaceAll(/ +/g, ' ')
    .split('\n');
}
