import { beforeEach, describe, expect, test } from 'vitest';

import { allowValue, type AllowValueDeps, planAllowing, type ValuePlan } from '../../src/app/allow-value.ts';
import { planAllowingFinding } from '../../src/app/review/allow-plan.ts';
import { exceptionsInForce } from '../../src/app/value-exceptions.ts';
import { parseValueExceptions } from '../../src/app/value-exceptions-file.ts';
import { Placeholders } from '../../src/core/mask/placeholders.ts';
import type { OpenedSession } from '../../src/app/session-port.ts';
import { canonical } from '../../src/core/session/canonical.ts';
import { START } from '../helpers/recorded-session.ts';

const placeholders = new Placeholders(new Uint8Array(32).fill(3));
const issue = (rule: string, value: string): string => placeholders.issue(rule, Buffer.from(value));
const PLACEHOLDER = issue('secret_value', 'one');
const FOREIGN = new Placeholders(new Uint8Array(32)).issue('secret_value', Buffer.from('one'));

let text: string | undefined;
let deps: AllowValueDeps;
let whyNot: string | undefined;
let known: string | undefined;

beforeEach(() => {
  text = undefined;
  whyNot = undefined;
  known = undefined;
  deps = {
    placeholders,
    knownFrom: () => known,
    file: '/config/exceptions.yaml',
    read: () => text,
    write: (next) => (text = next),
    today: () => '2026-11-21',
    whyNot: () => Promise.resolve(whyNot),
  };
});

const value = { placeholder: PLACEHOLDER, connection: undefined, reason: undefined };

describe('a plan', () => {
  test('says what would be written and what it means, and writes nothing', async () => {
    const plan = await planAllowing({ ...value, connection: 'github' }, deps);
    expect(plan.after).toContain(
      `version: 1\nexceptions:\n  - placeholder: ${PLACEHOLDER}\n    connection: github\n    date: 2026-11-21\n`,
    );
    expect(plan.means).toMatch(/passes unmasked through github .* every session that starts from now on/);
    expect(text).toBeUndefined();
    plan.write();
    expect(text).toBe(plan.after);
    expect(parseValueExceptions(plan.after, 'x')).toMatchObject([
      { placeholder: PLACEHOLDER, connection: 'github' },
    ]);
  });

  test('keeps what is there, comments included', async () => {
    text = `# mine\nexceptions:\n  - placeholder: ${FOREIGN} # theirs\n`;
    const { after } = await planAllowing({ ...value, reason: 'a "test": #1' }, deps);
    expect(after).toBe(
      `${text}  - placeholder: ${PLACEHOLDER}\n    reason: 'a "test": #1'\n    date: 2026-11-21\n`,
    );
  });

  test.each([
    ['', undefined, true],
    ['', 'github', true],
    [', connection: github', 'github', true],
    [', connection: github', 'gitlab', false],
    [', connection: github', undefined, false],
    [', rule: jwt', undefined, false],
  ])('sees what is there already: %j for %s is %s', async (more, connection, isThere) => {
    text = `exceptions: [{ placeholder: ${issue('other', 'two')}${more} }]\n`;
    const placeholder = issue('other', 'two');
    const plan = await planAllowing({ ...value, placeholder, connection }, deps);
    expect(plan.isThere).toBe(isThere);
    expect(plan.after === text).toBe(isThere);
  });

  test('says why it would not count', async () => {
    whyNot = 'the policy of the hub does not say so';
    expect((await planAllowing(value, deps)).means).toMatch(
      /Not yet: the policy of the hub does not say so\.$/,
    );
  });

  test('overwrites nothing that was written meanwhile', async () => {
    const plan = await planAllowing(value, deps);
    text = 'exceptions: []\n';
    expect(() => plan.write()).toThrowWithCode('ERR_CONFIG');
    expect(text).toBe('exceptions: []\n');
  });
});

describe('is refused', () => {
  test.each([
    FOREIGN,
    'hpm_secret_value_aaaaaaaaaaaaaaaa',
    'hpm_',
    'x',
    `${PLACEHOLDER}_`,
    ` ${PLACEHOLDER}`,
  ])('what is no placeholder of this workspace: %s', async (placeholder) => {
    await expect(planAllowing({ ...value, placeholder }, deps)).rejects.toThrowWithCode(
      'ERR_NO_SUCH_FINDING',
    );
  });

  test('what was masked as a known value, or is one now', async () => {
    const named = issue('known', 'three');
    await expect(planAllowing({ ...value, placeholder: named }, deps)).rejects.toThrowWithCode('ERR_DENIED');
    await expect(planAllowing({ ...value, rule: 'known' }, deps)).rejects.toThrowWithCode('ERR_DENIED');
    known = 'environment variable API_KEY';
    await expect(planAllowing(value, deps)).rejects.toThrow(
      `${PLACEHOLDER} is the value of environment variable API_KEY`,
    );
  });

  test('what a rule of a policy masked', async () => {
    const placeholder = issue('central_employee', 'four');
    await expect(planAllowing({ ...value, placeholder }, deps)).rejects.toThrow(
      /central_employee, a rule of a policy/,
    );
    await expect(planAllowing({ ...value, rule: 'central_x' }, deps)).rejects.toThrowWithCode('ERR_DENIED');
  });

  test.each(['exceptions: [{}]', 'exceptions: [{ placeholder: x }]', 'exceptions: 1', 'exeptions: []', '['])(
    'a file that says %s',
    async (wrong) => {
      text = wrong;
      await expect(planAllowing(value, deps)).rejects.toThrowWithCode('ERR_CONFIG');
    },
  );
});

describe('on the command line', () => {
  const shown: ValuePlan[] = [];
  const asking = (answer: boolean | undefined) => ({
    show: (plan: ValuePlan) => void shown.push(plan),
    confirm: answer === undefined ? undefined : () => Promise.resolve(answer),
  });

  test('nothing is written unless somebody says so', async () => {
    for (const answer of [false, undefined])
      await expect(allowValue({ ...value, yes: false }, asking(answer), deps)).rejects.toThrowWithCode(
        'ERR_NOT_CONFIRMED',
      );
    expect(text).toBeUndefined();
    const done = { file: deps.file, placeholder: PLACEHOLDER, connection: null };
    expect(await allowValue({ ...value, yes: false }, asking(true), deps)).toEqual(done);
    expect(text).toContain(PLACEHOLDER);
    const once = text;
    expect(await allowValue({ ...value, yes: true }, asking(undefined), deps)).toEqual(done);
    expect(text).toBe(once);
    expect(shown.at(-1)).toMatchObject({ isThere: true });
  });
});

describe('from a session', () => {
  const asked: string[] = [];
  const opened = (lines: readonly string[]) => ({
    sessions: {
      open: () => {
        const left = lines.map((line) => Buffer.from(line));
        return { lines: { next: () => left.shift() }, close: () => undefined } as unknown as OpenedSession;
      },
    },
    allowingIn: (workspace: string) => {
      asked.push(workspace);
      return Promise.resolve(deps);
    },
  });
  const start = canonical({ kind: 'start', seq: 0, time: 1, mono: 0, ...STARTED() });
  const finding = { rule: 'secret_value', placeholder: PLACEHOLDER };

  test('it is for its connection in its workspace, and the change is shown line by line', async () => {
    text = '# mine\nversion: 1\n';
    const plan = await planAllowingFinding('s', finding, opened([start]));
    expect(asked.at(-1)).toBe(START.workspace);
    expect(plan).toMatchObject({
      file: deps.file,
      diff: [
        '  # mine',
        '  version: 1',
        '+ exceptions:',
        `+   - placeholder: ${PLACEHOLDER}`,
        `+     connection: ${START.connection}`,
        '+     date: 2026-11-21',
      ],
    });
    expect(await plan.write()).toBe(`allowed ${PLACEHOLDER} in ${deps.file}`);
    expect(text).toContain(`connection: ${START.connection}`);
    expect(await planAllowingFinding('s', finding, opened([start]))).toMatchObject({
      diff: [],
      means: expect.stringMatching(/^It is allowed already\./) as string,
    });
  });

  test('what its log claims of another workspace is refused', async () => {
    const forged = { ...finding, placeholder: FOREIGN };
    await expect(planAllowingFinding('s', forged, opened([start]))).rejects.toThrowWithCode(
      'ERR_NO_SUCH_FINDING',
    );
    const renamed = { ...finding, placeholder: issue('known', 'five') };
    await expect(planAllowingFinding('s', renamed, opened([start]))).rejects.toThrowWithCode('ERR_DENIED');
  });

  test('what was not masked, or has no beginning, is refused', async () => {
    const none = { ...finding, placeholder: '' };
    await expect(planAllowingFinding('s', none, opened([start]))).rejects.toThrowWithCode('ERR_USAGE');
    for (const lines of [[], ['x']])
      await expect(planAllowingFinding('s', finding, opened(lines))).rejects.toThrowWithCode(
        'ERR_SESSION_CORRUPT',
      );
  });
});

describe('of a file in force', () => {
  const about = { connection: 'github', placeholders };
  const inForce = (entries: string) =>
    exceptionsInForce({ file: 'x', text: `exceptions: [${entries}]` }, about);

  test('is what is about this connection and of this workspace', () => {
    const mine = `{ placeholder: ${PLACEHOLDER} }`;
    const found = inForce(
      `${mine}, { placeholder: ${FOREIGN} }, { placeholder: ${issue('b', 'b')}, connection: gitlab }, { placeholder: ${issue('c', 'c')}, connection: github, rule: jwt }`,
    );
    expect(found?.record).toMatchObject({ count: 2, unattended_possible: true });
    expect(found?.record.digest).toMatch(/^[0-9a-f]{64}$/);
    const has = (rule: string, placeholder: string) =>
      found?.exceptions.has({ rule, kind: 'context' }, placeholder);
    expect(has('any', PLACEHOLDER)).toBe(true);
    expect(has('any', FOREIGN)).toBe(false);
    expect(has('jwt', issue('b', 'b'))).toBe(false);
    expect([has('jwt', issue('c', 'c')), has('any', issue('c', 'c'))]).toEqual([true, false]);
  });

  test('is nothing where nothing is about it', () => {
    expect(inForce(`{ placeholder: ${FOREIGN} }`)).toBeUndefined();
    expect(inForce('')).toBeUndefined();
  });
});

function STARTED(): object {
  return {
    ...START,
    format: 'hallpass-session/1',
    session: 's',
    signer: { kind: 'device', key: 'SHA256:x' },
  };
}
