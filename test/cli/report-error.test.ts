import { describe, expect, test } from 'vitest';

import { reportError } from '../../src/cli/report-error.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { HallpassError } from '../../src/core/errors.ts';

const broken = new HallpassError('ERR_CONFIG', 'hallpass.yaml line 3: unknown key');

function report(error: unknown, options: { json?: boolean; debug?: boolean } = {}) {
  const notes: string[] = [];
  const terminal: Terminal = {
    result: () => expect.unreachable('an error is no result'),
    json: () => expect.unreachable('an error is no result'),
    note: (line) => notes.push(line),
    stdinIsTty: false,
    stdoutIsTty: false,
    stderrIsTty: false,
  };
  const exit = reportError(error, { json: false, debug: false, ...options }, terminal);
  return { exit, notes, text: notes.join('\n') };
}

describe('a person', () => {
  test('reads a parser’s error on one line', () => {
    const error = Object.assign(
      new Error('Parsing --port \n\tExpected an integer\nSee more help with --help'),
      {
        oclif: { exit: 2 },
      },
    );
    expect(report(error).notes[0]).toBe('hallpass: Parsing --port: Expected an integer [ERR_USAGE]');
  });

  test('reads what happened, the code, and what to do next', () => {
    expect(report(broken)).toMatchObject({
      exit: 7,
      notes: [
        'hallpass: hallpass.yaml line 3: unknown key [ERR_CONFIG]',
        '  Correct the file at the place named and run the command again.',
      ],
    });
  });

  test('is not fooled by what a file or server put into the message', () => {
    expect(report(new HallpassError('ERR_CONFIG', 'key \u001b[2J\u202e')).text).toContain(
      'key \\x1b[2J\\u{202e}',
    );
  });
});

describe('a script', () => {
  test('reads one object with code, message and hint', () => {
    const { notes, exit } = report(broken, { json: true });
    expect(notes.map((line) => JSON.parse(line) as unknown)).toEqual([
      { error: { code: 'ERR_CONFIG', message: broken.message, hint: broken.hint } },
    ]);
    expect(exit).toBe(7);
  });

  test('gets hostile characters as escapes of the same value', () => {
    const { text } = report(new HallpassError('ERR_CONFIG', 'a\u009bb'), { json: true });
    expect(text).not.toContain('\u009b');
    expect(JSON.parse(text)).toMatchObject({ error: { message: 'a\u009bb' } });
  });
});

describe('a bug', () => {
  const bug = new Error('cannot parse hunter2-is-my-password');

  test('does not repeat its message, which may quote what was processed', () => {
    expect(report(bug)).toMatchObject({ exit: 1 });
    expect(report(bug).text).not.toContain('hunter2');
    expect(report(bug, { json: true }).text).not.toContain('hunter2');
    expect(report(bug).text).toContain('[ERR_BUG]');
  });

  test('shows message and stack when asked to, escapes made visible', () => {
    const { text } = report(new Error('odd \u001b]0;x\u0007'), { debug: true });
    expect(text).toContain('report-error.test.ts');
    expect(text).not.toContain('\u001b');
  });

  test.each([['a string'], [undefined], [{ not: 'an error' }]])('may be %j', (thrown) => {
    expect(report(thrown)).toMatchObject({ exit: 1 });
  });
});

// oclif marks what it throws with an `oclif` property.
test('wrong usage is told in the first paragraph of oclif and exits 2', () => {
  const error = Object.assign(new Error('Nonexistent flag: --x\nSee more help with --help'), {
    oclif: { exit: 2 },
  });
  expect(report(error)).toMatchObject({
    exit: 2,
    notes: [expect.stringContaining('Nonexistent flag: --x [ERR_USAGE]'), expect.any(String)],
  });
});

test('of wrong usage is told what is wrong, and not that something is', () => {
  const error = Object.assign(
    new Error('The following error occurred:\n  --a=1 cannot also be provided when using --b\nSee more help'),
    { oclif: { exit: 2 } },
  );
  expect(report(error).notes[0]).toBe('hallpass: --a=1 cannot also be provided when using --b [ERR_USAGE]');
});

test('a command that oclif cannot load is a bug of ours, not wrong usage', () => {
  const error = Object.assign(new Error('[MODULE_NOT_FOUND] import() failed'), { oclif: { exit: 1 } });
  expect(report(error)).toMatchObject({
    exit: 1,
    notes: [expect.stringContaining('[ERR_BUG]'), expect.any(String)],
  });
});

test.each(['ENOSPC', 'EDQUOT'])('a file that can not be written for lack of space (%s) is no bug', (code) => {
  const error = Object.assign(new Error('write hunter2'), { code, syscall: 'write' });
  const { exit, text } = report(error);
  expect(text).toContain('cannot write: no space is left on the device [ERR_OUTPUT]');
  expect(text).not.toContain('hunter2');
  expect(exit).toBe(7);
});

test('a plain exit of oclif says nothing', () => {
  const error = Object.assign(new Error('EEXIT: 0'), { code: 'EEXIT', oclif: { exit: 0 } });
  expect(report(error)).toMatchObject({ exit: 0, notes: [] });
});
