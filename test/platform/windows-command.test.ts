import { describe, expect, test } from 'vitest';

import { systemRoot, windowsCommand } from '../../src/platform/windows-command.ts';

const NPX = 'C:\\Program Files\\nodejs\\npx.cmd';
const SHIM = 'D:\\work\\node_modules\\.bin\\server.cmd';
const BATCH = 'D:\\work\\serve.bat';
const FILES = new Set([
  'C:\\Program Files\\nodejs\\node.exe',
  NPX,
  SHIM,
  BATCH,
  'D:\\work\\npx.cmd',
  'D:\\work\\a.b.exe',
]);
const ENV = {
  Path: 'relative;;"C:\\Program Files\\nodejs";D:\\nothing',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  comspec: 'C:\\WINDOWS\\system32\\cmd.exe',
};

const run = (command: string, args: string[] = [], env: Record<string, string> = ENV) =>
  windowsCommand({ command, args, env, cwd: 'D:\\work' }, (path) => FILES.has(path));

describe('finding a command', () => {
  test.each([
    ['node', 'C:\\Program Files\\nodejs\\node.exe'],
    ['node.exe', 'C:\\Program Files\\nodejs\\node.exe'],
    ['C:/Program Files/nodejs/node', 'C:\\Program Files\\nodejs\\node.exe'],
    ['.\\a.b', 'D:\\work\\a.b.exe'],
  ])('%s is a program, run as it is', (command, file) => {
    expect(run(command, ['a b', '"&calc'])).toEqual({ file, args: ['a b', '"&calc'], verbatim: false });
  });

  test.each(['nothing', '', './nothing', 'a.b'])('%j is not there', (command) => {
    expect(run(command)).toBeUndefined();
  });

  // What a cloned repository calls npx is not run.
  test('a bare name is never taken from the current directory, nor from one relative to it', () => {
    expect(run('npx')?.args.at(-1)).toBe('"C:\\Program^ Files\\nodejs\\npx.cmd"');
    expect(run('serve', [], { ...ENV, Path: '.;relative;' })).toBeUndefined();
  });

  test('without PATHEXT the usual endings are tried', () => {
    expect(run('npx', [], { PATH: 'C:\\Program Files\\nodejs' })?.args.at(-1)).toContain('npx.cmd');
  });
});

describe('a batch file goes through the shell', () => {
  test('that ComSpec names, or that of the system', () => {
    expect(run('npx')).toMatchObject({ file: 'C:\\WINDOWS\\system32\\cmd.exe', verbatim: true });
    expect(run('npx', [], { Path: ENV.Path, COMSPEC: 'cmd.exe', SYSTEMROOT: 'E:\\Win' })?.file).toBe(
      'E:\\Win\\System32\\cmd.exe',
    );
    expect(systemRoot({})).toBe('C:\\Windows');
  });

  // What the shell reads: `^` takes the meaning from what follows.
  test.each([
    ['plain', '^"plain^"'],
    ['', '^"^"'],
    ['a b', '^"a^ b^"'],
    ['a&calc', '^"a^&calc^"'],
    ['%PATH%', '^"^%PATH^%^"'],
    ['(x)|<y>!', '^"^(x^)^|^<y^>^!^"'],
    ['C:\\dir\\', '^"C:\\dir\\\\^"'],
    ['\\\\host\\share', '^"\\\\host\\share^"'],
  ])('%j is escaped once', (argument, escaped) => {
    expect(run('.\\serve.bat', [argument])?.args).toEqual([
      '/d',
      '/s',
      '/c',
      `"D:\\work\\serve.bat ${escaped}"`,
    ]);
  });

  // What npm writes hands all on as %*, which is read again.
  test.each([
    ['{"a":1}', '^^^"{\\^^^"a\\^^^":1}^^^"'],
    ['a\\"&calc', '^^^"a\\\\\\^^^"^^^&calc^^^"'],
    ['a b', '^^^"a^^^ b^^^"'],
  ])('%j is escaped twice for a shim', (argument, escaped) => {
    for (const [command, file] of [
      ['npx', 'C:\\Program^ Files\\nodejs\\npx.cmd'],
      ['node_modules/.bin/server', 'D:\\work\\node_modules\\.bin\\server.cmd'],
    ] as const)
      expect(run(command, [argument])?.args.at(-1)).toBe(`"${file} ${escaped}"`);
  });

  test.each(['a"&calc', 'two\nlines', 'two\rlines', 'cut\0short'])(
    'an argument that nothing makes safe is refused, and not repeated: %j',
    (argument) => {
      expect(() => run('.\\serve.bat', [argument])).toThrowWithCode('ERR_USAGE');
      expect(() => run('.\\serve.bat', [argument])).not.toThrow(argument);
    },
  );
});
