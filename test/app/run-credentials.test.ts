import { describe, expect, test } from 'vitest';

import { handOver } from '../../src/app/hand-over.ts';
import { InjectedCredential } from '../../src/app/injected-credential.ts';
import { prepareCredentials, type CredentialsDeps } from '../../src/app/run-credentials.ts';
import type { PlannedCredential } from '../../src/app/run-with.ts';
import { HallpassError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { netrcText } from '../../src/identity/netrc.ts';
import type { Minted } from '../../src/identity/minters/minter.ts';

const LIFE = 600_000;

/** A credential that lives ten minutes, each one numbered, on a clock that the test moves. */
function setUp({ inFile = true, extends: lastsLonger = false } = {}) {
  const made = {
    clock: 0,
    minted: 0,
    fault: undefined as HallpassError | undefined,
    hold: undefined as Promise<void> | undefined,
    log: [] as string[],
    notes: [] as string[],
    timers: new Map<object, { at: number; ring: () => void }>(),
  };
  const mint = async (): Promise<Minted> => {
    await made.hold;
    if (made.fault !== undefined) throw made.fault;
    const name = `token ${(made.minted += 1)}`;
    return {
      credential: new Secret(name),
      tokenType: 'Bearer',
      scopes: [],
      expiresAt: made.clock + LIFE,
      origins: undefined,
      renewable: true,
      revoke: async () => void made.log.push(`revoked ${name}`),
      ...(lastsLonger && { extend: async () => Promise.resolve(lasting(name)) }),
    };
  };
  const lasting = (name: string): number => {
    if (made.fault !== undefined) throw made.fault;
    made.log.push(`extended ${name}`);
    return made.clock + LIFE;
  };
  const credential = new InjectedCredential({
    connection: 'demo',
    variable: 'DEMO',
    mint,
    makeKnown: (value) => void made.log.push(`known ${value}`),
    handOver: ({ credential: secret }) => {
      made.log.push(`handed ${secret.reveal()}`);
      return { DEMO: 'there' };
    },
    replaces: inFile,
    note: (line) => void made.notes.push(line),
    now: () => made.clock,
    later: (milliseconds, then) => {
      const key = {};
      made.timers.set(key, { at: made.clock + milliseconds, ring: then });
      return () => void made.timers.delete(key);
    },
  });
  /** Goes on to this time, by way of all that is to happen until then. */
  const goTo = async (time: number): Promise<void> => {
    for (;;) {
      const [next] = [...made.timers].toSorted(([, a], [, b]) => a.at - b.at);
      if (next === undefined || next[1].at > time) break;
      made.timers.delete(next[0]);
      made.clock = next[1].at;
      next[1].ring();
      await settle();
    }
    made.clock = time;
  };
  return { made, credential, goTo };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('an injected credential', () => {
  test('is known before it is handed over, and renewed in its file a minute before it ends', async () => {
    const { made, credential, goTo } = setUp();
    expect(await credential.open()).toEqual({ DEMO: 'there' });
    await goTo(LIFE - 60_001);
    expect(made.log).toEqual(['known token 1', 'handed token 1']);
    await goTo(LIFE - 60_000);
    expect(made.log.slice(2)).toEqual(['known token 2', 'handed token 2']);
    await goTo(2 * LIFE);
    expect(made.minted).toBe(3);
    expect(made.notes).toEqual([]);
  });

  test('that has not ended by itself is revoked in the end, and not renewed any more', async () => {
    const { made, credential, goTo } = setUp();
    await credential.open();
    await goTo(LIFE - 60_000);
    made.log.length = 0;
    credential.stop();
    await credential.revoke();
    expect(made.log).toEqual(['revoked token 1', 'revoked token 2']);
    await goTo(5 * LIFE);
    expect(made.minted).toBe(2);
  });

  test('that comes too late is not written, but revoked', async () => {
    const { made, credential, goTo } = setUp();
    await credential.open();
    const held = Promise.withResolvers<void>();
    made.hold = held.promise;
    await goTo(LIFE - 60_000);
    credential.stop();
    const revoked = credential.revoke();
    held.resolve();
    await revoked;
    expect(made.log).toEqual(['known token 1', 'handed token 1', 'revoked token 1', 'revoked token 2']);
  });

  test('that can not be renewed is tried again, and said once', async () => {
    const { made, credential, goTo } = setUp();
    await credential.open();
    made.fault = new HallpassError('ERR_HUB_UNREACHABLE', 'no answer');
    await goTo(LIFE - 30_000);
    expect(made.notes).toEqual(['the credential of demo is not renewed yet: no answer']);
    made.fault = undefined;
    await goTo(LIFE - 20_000);
    expect(made.log.at(-1)).toBe('handed token 2');
  });

  test('in a variable stays as it is, and its end is told', async () => {
    const { made, credential, goTo } = setUp({ inFile: false });
    await credential.open();
    await goTo(LIFE - 1);
    expect(made.notes).toEqual([]);
    await goTo(3 * LIFE);
    expect(made.notes).toEqual([
      'the credential of demo has ended, and what is in DEMO stays; inject: { file: DEMO } renews it',
    ]);
    expect(made.minted).toBe(1);
  });
});

describe('a credential that can be extended', () => {
  test('lasts longer as it is, in a variable too, and is ended once', async () => {
    const { made, credential, goTo } = setUp({ inFile: false, extends: true });
    await credential.open();
    await goTo(LIFE - 60_001);
    expect(made.log).toEqual(['known token 1', 'handed token 1']);
    await goTo(3 * LIFE);
    expect(made.log.slice(2)).toEqual(Array.from({ length: 3 }, () => 'extended token 1'));
    expect(made.notes).toEqual([]);
    credential.stop();
    await credential.revoke();
    expect(made.log.at(-1)).toBe('revoked token 1');
    expect(made.minted).toBe(1);
  });

  test('and is not at once is tried again, and said once', async () => {
    const { made, credential, goTo } = setUp({ inFile: false, extends: true });
    await credential.open();
    made.fault = new HallpassError('ERR_DATABASE', 'no answer');
    await goTo(LIFE - 30_000);
    made.fault = undefined;
    await goTo(LIFE - 20_000);
    expect(made.notes).toEqual(['the credential of demo is not renewed yet: no answer']);
    expect(made.log.at(-1)).toBe('extended token 1');
  });

  test('is ended also when its time is over: somebody has to take away what is left', async () => {
    const { made, credential, goTo } = setUp({ inFile: false, extends: true });
    await credential.open();
    made.fault = new HallpassError('ERR_DATABASE', 'no answer');
    await goTo(2 * LIFE);
    credential.stop();
    await credential.revoke();
    expect(made.log.at(-1)).toBe('revoked token 1');
  });
});

describe('the credentials of a command', () => {
  const planned = (
    connection: string,
    program: string,
    change: Partial<PlannedCredential> = {},
  ): PlannedCredential => ({
    connection,
    source: { exec: [program] },
    request: { connection, scopes: [] },
    inject: { file: `${connection.toUpperCase()}_FILE` },
    isNamed: true,
    ...change,
  });

  function depsWith(change: Partial<CredentialsDeps> = {}) {
    const log: string[] = [];
    const deps: CredentialsDeps = {
      session: 'session00001',
      journal: { add: () => () => undefined },
      keeperFor: () => {
        throw new Error('there are no tokens to keep');
      },
      minters: {
        connect: () => {
          throw new Error('nobody asks for a database');
        },
        get hub(): never {
          throw new Error('nobody asks the hub');
        },
        get book(): never {
          throw new Error('nobody asks for a stored secret');
        },
        run: async ([program = '']) => {
          if (program === 'fails') throw new HallpassError('ERR_MINT_COMMAND', 'it fails');
          return Promise.resolve(new Secret(`of-${program}`));
        },
        now: () => 0,
      },
      makeKnown: (value, name) => void log.push(`${value} is ${name}`),
      files: {
        write: (name, value) => (log.push(`${value} in ${name}`), `/run/${name}`),
        wipe: () => void log.push('wiped'),
      },
      note: (line) => void log.push(line),
      now: () => 0,
      later: () => () => undefined,
      checkStopped: () => undefined,
      ...change,
    };
    return { log, deps };
  }

  test('are in files, and gone in the end', async () => {
    const { log, deps } = depsWith();
    const credentials = await prepareCredentials([planned('a', 'one'), planned('b', 'two')], deps);
    expect(credentials.env).toEqual({ A_FILE: '/run/a', B_FILE: '/run/b' });
    expect(credentials.injected).toEqual(['a as A_FILE', 'b as B_FILE']);
    await credentials.release();
    expect(log).toEqual([
      'of-one is the credential of a',
      'of-one in a',
      'of-two is the credential of b',
      'of-two in b',
      'wiped',
    ]);
  });

  test('are in netrc files and descriptors, where their connections say so', async () => {
    const { log, deps } = depsWith();
    const credentials = await prepareCredentials(
      [
        planned('a', 'one', { inject: { netrc: 'NETRC', login: 'me' }, machine: 'api.example.com' }),
        planned('b', 'two', { inject: { fd: 'B_FD' } }),
        planned('c', 'three', { inject: { fd: 'C_FD' } }),
      ],
      deps,
    );
    expect(credentials.env).toEqual({ NETRC: '/run/a.netrc', B_FD: '3', C_FD: '4' });
    expect(credentials.descriptors.map((secret) => secret.reveal())).toEqual(['of-two', 'of-three']);
    expect(log).toContain('machine api.example.com\nlogin me\npassword of-one\n in a.netrc');
    await credentials.release();
  });

  test.each(['a b', 'a"b', "a'b", 'a\\b', '#ab', 'a\nb'])(
    '%j is not put into a netrc file, where readers would cut it',
    (value) => {
      const entry = { machine: 'api.example.com', login: 'me', password: new Secret(value) };
      expect(() => netrcText(entry)).toThrowWithCode('ERR_USAGE');
    },
  );

  test('that is too long for a pipe is not put into a descriptor', () => {
    const minted = { credential: new Secret('x'.repeat(16 * 1024 + 1)) } as Minted;
    const plan = { connection: 'a', inject: { fd: 'A' }, machine: undefined };
    const deps = { write: () => '', descriptors: [] };
    expect(() => handOver(minted, plan, deps)).toThrowWithCode('ERR_USAGE');
  });

  test('are all gone when one of them can not be had', async () => {
    const { log, deps } = depsWith();
    const prepared = prepareCredentials([planned('a', 'one'), planned('b', 'fails')], deps);
    await expect(prepared).rejects.toThrowWithCode('ERR_MINT_COMMAND');
    expect(log.at(-1)).toBe('wiped');
  });

  test.each([[['a', 'b']], [['a']]])('are all gone when somebody has it end meanwhile: %j', async (names) => {
    const checkStopped = (): void => {
      if (log.length > 0) throw new HallpassError('ERR_STOPPED', 'stopped');
    };
    const { log, deps } = depsWith({ checkStopped });
    const prepared = prepareCredentials(
      names.map((name) => planned(name, 'one')),
      deps,
    );
    await expect(prepared).rejects.toThrowWithCode('ERR_STOPPED');
    expect(log).toEqual(['of-one is the credential of a', 'of-one in a', 'wiped']);
  });

  test('that could not be removed are told of', async () => {
    const { log, deps } = depsWith({ files: { write: () => '/run/a', wipe: () => '/run' } });
    const credentials = await prepareCredentials([planned('a', 'one')], deps);
    await credentials.release();
    expect(log.at(-1)).toBe('/run could not be removed; remove it: credentials are in it');
  });
});
