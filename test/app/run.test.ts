import { beforeEach, describe, expect, test, vi } from 'vitest';

import { run, type RunDeps, type RunInput } from '../../src/app/run.ts';
import { createPolicy } from '../../src/core/policy/evaluate.ts';
import { GUARD } from '../../src/core/policy/baseline.ts';
import type { PolicyInForce } from '../../src/core/policy/live-policy.ts';
import type { CommandEnd } from '../../src/core/run/command.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Exceptions } from '../../src/core/mask/exceptions.ts';
import type { RecordBody } from '../../src/core/session/event.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { githubToken, random } from '../core/mask/fixtures.ts';
import { readingInto } from '../helpers/reading.ts';
import { centralRules } from './policy/central-fixtures.ts';

const NUMBER = ['EMP', '123456'].join('-');
const HUB = 'https://hub.example.com';

let recorded: RecordBody[];
let opened: object;
let notes: string[];
let shown: string;
let sink: ReturnType<typeof readingInto>;
let exit: (end: CommandEnd) => void;
let use: (next: PolicyInForce) => void;
let started: Promise<void>;
let why: string | undefined;
let isFollowed: boolean;

beforeEach(() => {
  recorded = [];
  notes = [];
  shown = '';
  isFollowed = true;
  why = undefined;
});

function inForce(version: string, more: Partial<PolicyInForce> = {}): PolicyInForce {
  const central = { hub: HUB, digest: 'd'.repeat(64), expiresAt: Date.now() + 60_000 };
  return { policy: createPolicy([{ ...GUARD, version }]), masking: undefined, central, ...more };
}

function begin(first: PolicyInForce, more: Partial<RunInput> = {}): ReturnType<typeof run> {
  const { promise, resolve } = Promise.withResolvers<void>();
  started = promise;
  const deps: RunDeps = {
    openKeys: async () => ({
      persistent: true,
      why,
      signer: ephemeralSigner(),
      workspaceKey: () => new Uint8Array(32),
      derive: () => new Uint8Array(32),
    }),
    addKnown: () => undefined,
    openSession: async (start) => {
      opened = start;
      return {
        id: 's',
        append: (body) => void recorded.push(body),
        record: (body) => void recorded.push(body),
        seal: async () => ({
          sealed: true,
          why: undefined,
          counts: { to_server: 0, to_client: 0, findings: 0, refused: 0 },
        }),
      };
    },
    openCentral: async () => ({
      first,
      follow: async (to, signal) => {
        use = to;
        await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
        isFollowed = false;
      },
    }),
    judge: async () => undefined,
    start: async (_command, to) => {
      sink = readingInto(to);
      resolve();
      return {
        ended: new Promise((done) => (exit = done)),
        signal: () => undefined,
        resize: () => undefined,
        stopReading: () => undefined,
      };
    },
    show: (_stream, masked) => {
      shown += Buffer.from(masked).toString();
      return undefined;
    },
    announce: () => undefined,
    note: (line) => void notes.push(line),
    forwardSignals: () => () => undefined,
  };
  return run({ ...INPUT, ...more }, deps);
}

const INPUT: RunInput = {
  command: { argv: ['deploy'], env: {} },
  workspace: '/w',
  variables: [],
  attended: false,
  injects: [],
  projectFile: undefined,
  policy: createPolicy([GUARD]),
  masking: undefined,
};

function writes(text: string): void {
  void sink('stdout', Buffer.from(text));
}

test('whose keys end with the session is told so, and how the next one keeps them', async () => {
  why = 'no keychain answers here';
  const running = begin(inForce('1'));
  await started;
  exit({ code: 0, signal: undefined });
  await running;
  expect(notes).toEqual([
    'no keychain answers here: the keys of this session end with it. HALLPASS_PASSPHRASE, once set, keeps them',
  ]);
});

describe('a policy that changes while a command runs', () => {
  test('masks what the command writes next, and is on record before it', async () => {
    const done = begin(inForce('one'));
    await started;
    writes(`is ${NUMBER}\n`);
    use(inForce('two', { masking: centralRules('EMP-[0-9]{6}') }));
    writes(`is ${NUMBER}\n`);
    void sink('stdout', undefined);
    exit({ code: 0, signal: undefined });
    await done;
    expect(shown).toMatch(new RegExp(`^is ${NUMBER}\nis hpm_central_r0_\\w+\n$`));
    expect(recorded.map(({ kind }) => kind).slice(0, 3)).toEqual(['output', 'policy', 'output']);
    expect(recorded[1]).toEqual({ kind: 'policy', policy: 'two', hub: HUB, digest: 'd'.repeat(64) });
    expect(notes).toEqual([`the policy of ${HUB} has changed: two`]);
    expect(isFollowed).toBe(false);
  });

  test('and has run out keeps back what the command writes, until there is one again; all is on record', async () => {
    const done = begin(inForce('one'));
    await started;
    writes('before\n');
    use(inForce('one', { central: { hub: HUB, digest: '', expiresAt: Date.now() - 1 } }));
    writes('meanwhile\n');
    writes('still\n');
    use(inForce('one'));
    writes('after\n');
    void sink('stdout', undefined);
    exit({ code: 0, signal: undefined });
    const result = await done;
    expect(shown).toBe('before\nafter\n');
    expect(recorded).toMatchObject([
      { kind: 'output' },
      { kind: 'output', withheld: true },
      { kind: 'output', withheld: true },
      { kind: 'output', findings: [] },
    ]);
    expect(recorded.at(-1)).not.toHaveProperty('withheld');
    expect(notes).toEqual([
      expect.stringMatching(/recorded and not shown: .*has run out/),
      'it is shown again',
    ]);
    expect(result.end.code).toBe(0);
  });
});

describe('what a person excepts', () => {
  const token = githubToken();
  const excepting = (value = token): Partial<RunInput> => ({
    exceptions: ({ connection, placeholders }) => {
      asked.push(connection);
      const placeholder = placeholders.issue('x', Buffer.from(value));
      return {
        exceptions: new Exceptions([{ placeholder, rule: undefined }]),
        record: { count: 1, digest: 'e'.repeat(64), unattended_possible: true },
      };
    },
  });
  let asked: string[] = [];

  async function prints(first: PolicyInForce, next?: PolicyInForce): Promise<string> {
    asked = [];
    const done = begin(first, excepting());
    await started;
    if (next !== undefined) use(next);
    writes(`${token}\n`);
    void sink('stdout', undefined);
    exit({ code: 0, signal: undefined });
    excepted = (await done).excepted;
    return shown;
  }
  let excepted = 0;

  test('passes where the policy says so, and both start and output are on record with it', async () => {
    expect(await prints(inForce('one', { exceptions: 'allow' }))).toBe(`${token}\n`);
    expect(asked).toEqual(['deploy']);
    expect(opened).toMatchObject({
      exceptions: { count: 1, digest: 'e'.repeat(64), unattended_possible: true },
    });
    expect(recorded).toMatchObject([{ kind: 'output', excepted: [{ rule: 'github_pat', at: '' }] }]);
    expect(excepted).toBe(1);
  });

  test.each([{}, { exceptions: 'deny' as const }])('is masked where it does not: %j', async (more) => {
    expect(await prints(inForce('one', more))).toMatch(/^hpm_/);
    expect(asked).toEqual([]);
    expect(opened).not.toHaveProperty('exceptions');
    expect(recorded[0]).not.toHaveProperty('excepted');
  });

  test('is masked from when the policy says so no more', async () => {
    const next = inForce('two');
    expect(await prints(inForce('one', { exceptions: 'allow' }), next)).toMatch(/^hpm_/);
  });

  test('is on record also where it was shown before it was certain', async () => {
    const password = random('alnum', 20);
    const said = `password: ${password}`;
    vi.useFakeTimers();
    try {
      const done = begin(inForce('one', { exceptions: 'allow' }), excepting(password));
      await started;
      void sink('terminal', Buffer.from(said));
      vi.advanceTimersByTime(LIMITS.outputIdleMs);
      expect(shown).toBe(said);
      void sink('terminal', undefined);
      exit({ code: 0, signal: undefined });
      expect((await done).excepted).toBe(1);
      expect(recorded).toMatchObject([
        { kind: 'output', findings: [] },
        { kind: 'output', excepted: [{ rule: 'secret_value' }] },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not begin to pass in the middle of a session, whose start says of none', async () => {
    const next = inForce('two', { exceptions: 'allow' });
    expect(await prints(inForce('one'), next)).toMatch(/^hpm_/);
  });
});
