import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { EXCEPTIONS_FILE, findException } from '../../src/app/exceptions.ts';
import { parseExceptions } from '../../src/app/exceptions-file.ts';
import { scan, type ScanFile } from '../../src/app/scan.ts';
import { createDetector } from '../../src/core/mask/detect.ts';
import { lookalikeEnd } from '../../src/core/mask/placeholder-text.ts';
import { readPieces, walkFiles } from '../../src/platform/walk-files.ts';
import { bytes, random } from '../core/mask/fixtures.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { treeOf } from '../helpers/tree.ts';

const TOKEN = makeCanaries().githubToken.value;

describe('scan', () => {
  test(
    'names rule and place and shows the line without the secret',
    cites('scan.finds', 'scan.exit-code'),
    async () => {
      await using hallpass = await sandbox();
      const cwd = await treeOf(hallpass, { 'a.txt': `one\ntwo ${TOKEN} \u001b[31mred\u202e\n` });
      const { code, stdout, stderr } = await hallpass.run(['scan', '.'], { cwd });
      expect(code).toBe(9);
      expect(stdout.split('\n')).toEqual([
        'a.txt:2:5  github_pat  it has the shape of a GitHub personal access token',
        '    two [github_pat] \\x1b[31mred\\u{202e}',
        '        ^^^^^^^^^^^^',
        expect.stringMatching(/^ {4}fingerprint [0-9a-f]{32}$/),
        '',
      ]);
      expect(stderr).toBe('1 secret found. 1 file scanned. Rotate what was found, then remove it.\n');
    },
  );

  test('finds nothing in a clean tree', cites('scan.exit-code'), async () => {
    await using hallpass = await sandbox();
    const cwd = await treeOf(hallpass, { 'a.txt': 'nothing here\n' });
    const { code, stdout, stderr } = await hallpass.run(['scan', '.'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No secrets found. 1 file scanned.\n',
    });
  });

  test('reads standard input; --json gives one object a line', cites('scan.stdin', 'scan.json'), async () => {
    await using hallpass = await sandbox();
    const text = `é\n${TOKEN}\npassword: "${random('alnum', 14)}"\n`;
    const { code, stdout } = await hallpass.run(['scan', '-', '--json'], { stdin: text });
    expect(code).toBe(9);
    const found = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(found.map(({ rule, line, column }) => [rule, line, column])).toEqual([
      ['github_pat', 2, 1],
      ['secret_value', 3, 12],
    ]);
    expect(Object.keys(found[0] ?? {})).toEqual([
      'rule', 'file', 'line', 'column', 'start', 'end', 'fingerprint', 'why',
    ]); // prettier-ignore
    expect(found[0]).toMatchObject({ file: '-', start: 3, end: 3 + TOKEN.length });
    expect(stdout).not.toContain(TOKEN);
  });

  test('no such path is an error that names it', async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['scan', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no file or directory nowhere [ERR_NO_SUCH_FILE]');
  });

  test('goes on after a file it can not read, and says so', async () => {
    await using hallpass = await sandbox();
    await symlink('loop', join(hallpass.project, 'loop'));
    await writeFile(join(hallpass.project, 'b.txt'), 'clean\n');
    const { code, stderr } = await hallpass.run(['scan', 'loop', 'b.txt']);
    expect(code).toBe(7);
    expect(stderr).toContain('loop: a link that leads to itself, not scanned');
    expect(stderr).toContain('1 file scanned, 1 could not be read');
  });
});

test("this repository's own tree holds nothing that looks like a secret and isn't excused", async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const exceptions = parseExceptions(readFileSync(join(root, EXCEPTIONS_FILE), 'utf8'), EXCEPTIONS_FILE);
  const deps = {
    detector: createDetector({ issuedEnd: lookalikeEnd, profile: 'alert' }),
    reason: () => undefined,
  };
  const found: string[] = [];
  for await (const event of scan(sources(root), deps)) {
    if (event.kind !== 'finding' || findException(event.finding, exceptions)) continue;
    found.push(`${event.finding.file}:${event.finding.line} ${event.finding.rule}`);
  }
  expect(found).toEqual([]);
});

function* sources(root: string): Generator<ScanFile> {
  const parts = ['src', 'test', 'bench', 'docs', 'bin', 'README.md', 'package.json', 'package-lock.json'];
  for (const part of parts)
    for (const { path } of walkFiles(join(root, part), { ignored: undefined })) {
      const relative = path.slice(root.length);
      yield { file: relative, relative, read: () => readPieces(path) };
    }
}

test('a large file is read in bounded memory', () => {
  const line = bytes(`${'nothing here '.repeat(80)}\n`);
  const stream = createDetector().stream();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20_000; i++) expect(stream.push(line)).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
});
