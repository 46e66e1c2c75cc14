import { beforeEach, describe, expect, test } from 'vitest';

import { changedLines } from '../../src/app/allow.ts';
import { planRemoval } from '../../src/app/allow-removal.ts';
import { type ExceptionFiles, listAllowed } from '../../src/app/allowed.ts';
import { parseValueExceptions, withValueException } from '../../src/app/value-exceptions-file.ts';
import { withoutItems } from '../../src/app/yaml-items.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';

// Each anew: one remembers the name that a value had first.
const issue = (rule: string, value: string): string =>
  new Placeholders(new Uint8Array(32).fill(3)).issue(rule, Buffer.from(value));
const ONE = issue('secret_value', 'one');
const TWO = issue('secret_value', 'two');
const FOUND = '0123456789abcdef'.repeat(2);

let own: string | undefined;
let project: string | undefined;
let files: ExceptionFiles;

beforeEach(() => {
  own = undefined;
  project = undefined;
  files = {
    own: { file: '/config/exceptions.yaml', read: () => own, write: (text) => (own = text) },
    project: { file: '/p/hallpass.allow.yaml', read: () => project, write: (text) => (project = text) },
  };
});

const removing = (exception: string, connection?: string) => planRemoval({ exception, connection }, files);

describe('what has been allowed is listed', () => {
  const openKeys = () => Promise.resolve((text: string) => text === ONE);

  test('of both files, with where it counts', async () => {
    own = `exceptions:\n  - { placeholder: ${ONE}, connection: github, date: 2026-11-21 }\n  - { placeholder: ${TWO}, rule: jwt, reason: x }\n`;
    project = `exceptions:\n  - { fingerprint: ${FOUND}, rule: jwt, path: a.txt }\n  - path: test/\n`;
    expect(await listAllowed(files, openKeys)).toMatchObject([
      { of: 'masking', exception: ONE, connection: 'github', rule: null, date: '2026-11-21', here: true },
      { of: 'masking', exception: TWO, connection: null, rule: 'jwt', reason: 'x', here: false },
      { of: 'scan', exception: FOUND, path: 'a.txt', rule: 'jwt', here: true, file: files.project.file },
      { of: 'scan', exception: null, path: 'test/', rule: null, here: true },
    ]);
  });

  test('without a key where no placeholder is in question', async () => {
    project = 'exceptions: [{ path: a }]\n';
    const none = () => Promise.reject(new Error('the keychain was asked'));
    expect(await listAllowed(files, none)).toHaveLength(1);
  });

  test('unless a file is wrong', async () => {
    project = 'exceptions: [{}]\n';
    await expect(listAllowed(files, openKeys)).rejects.toThrow(/^\/p\/hallpass\.allow\.yaml:1:/);
  });
});

describe('what has been allowed is taken back', () => {
  const FILE = `# mine
exceptions: # all
  # the manual
  - placeholder: ${ONE} # example
    connection: github
  # whoever has another name for it
  - placeholder: ${issue('other', 'one')}

  -   # odd
    placeholder: ${TWO}
    reason: |
      of two
      lines
  # done
# end
`;
  const without = (...lines: number[]) =>
    FILE.split('\n')
      .filter((_, at) => !lines.includes(at))
      .join('\n');

  test('by the value, whatever rule gave its placeholder the name; all else stays byte for byte', () => {
    own = FILE;
    const plan = removing(ONE);
    expect(plan).toMatchObject({ file: files.own.file, removed: 2, after: without(3, 4, 6) });
    expect(own).toBe(FILE);
    plan.write();
    expect(own).toBe(without(3, 4, 6));
    removing(TWO).write();
    expect(own).toBe(without(3, 4, 6, 8, 9, 10, 11, 12).replace('exceptions:', 'exceptions: []'));
    expect(parseValueExceptions(own, 'x')).toEqual([]);
  });

  test('for one connection only', () => {
    own = FILE;
    expect(removing(ONE, 'github')).toMatchObject({ removed: 1, after: without(3, 4) });
    expect(() => removing(ONE, 'gitlab')).toThrowWithCode('ERR_NO_SUCH_EXCEPTION');
  });

  test.each([
    [`exceptions: [{ placeholder: ${ONE} }, { placeholder: ${TWO} }] # flow\n`, /^exceptions: .* # flow\n$/],
    [`? exceptions\n: - placeholder: ${ONE}\n  - placeholder: ${TWO}\n`, /\? exceptions|exceptions:/],
    [`exceptions:\r\n- placeholder: ${ONE}\r\n- placeholder: ${TWO}`, /^exceptions:\r\n- placeholder: \w+$/],
    [`exceptions:\n- {placeholder: ${ONE},\n   rule: jwt} # a\n- placeholder: ${TWO}\n`, /^exceptions:\n- p/],
    [`exceptions:\n  - placeholder: ${TWO}\n  - placeholder: ${ONE}`, /^exceptions:\n {2}- \w+: \w+\n$/],
  ])('however it is written: %j', (text, expected) => {
    own = text;
    const { after } = removing(ONE);
    expect(after).toMatch(expected);
    expect(parseValueExceptions(after, 'x').map(({ placeholder }) => placeholder)).toEqual([TWO]);
  });

  test('not where other entries refer to it', () => {
    for (const open of ['\n  - ', ' [ ']) {
      own = `exceptions:${open}{ placeholder: &a ${ONE} }${open === ' [ ' ? ', ' : open}{ placeholder: ${TWO}, reason: *a }${open === ' [ ' ? ' ]' : ''}\n`;
      expect(parseValueExceptions(own, 'x')).toHaveLength(2);
      expect(() => removing(ONE)).toThrow(/can not be taken out of .* as it is written/);
    }
  });

  test('by a fingerprint, or the beginning of one', () => {
    project = `exceptions:\n  - fingerprint: ${FOUND}\n    path: a\n  - fingerprint: ${'0123456789'.padEnd(32, 'f')}\n`;
    expect(removing(FOUND.slice(0, 16))).toMatchObject({ exception: FOUND, removed: 1 });
    expect(() => removing('01234567')).toThrow('more than one fingerprint');
    expect(() => removing(FOUND, 'github')).toThrowWithCode('ERR_USAGE');
    expect(() => removing('ffffffff')).toThrowWithCode('ERR_NO_SUCH_EXCEPTION');
    removing(FOUND).write();
    expect(project).not.toContain(FOUND);
  });

  test.each(['hpm_', 'hpm_x', `${ONE}!`, 'test/', '0123'])('never by %s', (exception) => {
    own = FILE;
    project = 'exceptions: [{ path: test/ }]\n';
    expect(() => removing(exception)).toThrowWithCode('ERR_USAGE');
  });

  test('nothing is, where there is no file, or it was written meanwhile', () => {
    expect(() => removing(ONE)).toThrowWithCode('ERR_NO_SUCH_EXCEPTION');
    own = FILE;
    const plan = removing(ONE);
    own = `${FILE}# more\n`;
    expect(() => plan.write()).toThrow('has changed meanwhile');
    expect(own).toBe(`${FILE}# more\n`);
  });

  test('and can be allowed again, on lines of its own', () => {
    own = `exceptions:\n  # a\n  - placeholder: ${ONE}\n# end\n`;
    removing(ONE).write();
    expect(own).toBe('exceptions: []\n  # a\n# end\n');
    const value = { placeholder: ONE, connection: undefined, rule: undefined, reason: undefined };
    const again = withValueException(own, { ...value, date: undefined });
    expect(again).toMatch(/^exceptions:\n(?: *#.*\n)* +- placeholder: hpm_\w+\n/);
    expect(again).toContain('# end');
  });

  test('shown as whole entries, though entries begin and end alike', () => {
    const entry = (connection: string): string =>
      `  - placeholder: ${ONE}\n${connection}    date: 2026-11-21\n`;
    const [first, second] = [entry('    connection: github\n'), entry('')];
    own = `exceptions:\n${first}${second}`;
    expect(changedLines(removing(ONE, 'github'))).toEqual(
      first
        .trimEnd()
        .split('\n')
        .map((line) => `- ${line}`),
    );
    const added = { file: 'x', before: `exceptions:\n${first}`, after: `exceptions:\n${first}${first}` };
    expect(changedLines(added)).toHaveLength(3);
    expect(changedLines(added)[0]).toMatch(/^\+ {3}- placeholder/);
  });

  test('on one connection it is said whether it passes there all the same', () => {
    const all = `  - placeholder: ${ONE}\n`;
    const one = `${all}    connection: github\n`;
    const two = `  - placeholder: ${TWO}\n`;
    own = `exceptions:\n${one}${two}`;
    expect(removing(ONE, 'github').stays).toBe(false);
    own = `exceptions:\n${one}${all}`;
    expect(removing(ONE, 'github').stays).toBe(true);
    expect(removing(ONE).stays).toBe(false);
  });

  test('of a text that has no such list nothing is', () => {
    expect(withoutItems('a: 1\n', 'exceptions', () => true)).toBe('a: 1\n');
  });
});
