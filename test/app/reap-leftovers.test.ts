import { describe, expect, test } from 'vitest';

import type { Leftover } from '../../src/app/leftovers.ts';
import { reapLeftovers } from '../../src/app/reap-leftovers.ts';
import { HallpassError } from '../../src/core/errors.ts';

const FILES: Leftover = { kind: 'files', directory: '/run/credentials-0123456789ab-7' };
const ROLE: Leftover = {
  kind: 'role',
  connection: 'orders',
  role: 'hallpass_0123456789ab_00000000',
  url: 'postgres://admin@127.0.0.1:1/orders',
  password: 'ADMIN',
};
const TOKEN: Leftover = { kind: 'token', connection: 'tickets', profile: 'default', stored: 'x' };

async function reap(
  journals: readonly (readonly unknown[])[],
  end: (leftover: Leftover) => boolean | string,
) {
  const notes: string[] = [];
  const kept: boolean[] = [];
  await reapLeftovers({
    journals: () =>
      journals.map((leftovers) => ({ leftovers, close: (keep: boolean) => void kept.push(keep) })),
    end: async (leftover) => {
      await Promise.resolve();
      const outcome = end(leftover);
      if (typeof outcome === 'string') throw new HallpassError('ERR_DATABASE', outcome);
      return outcome;
    },
    note: (line) => void notes.push(line),
    signal: new AbortController().signal,
  });
  return { notes, kept };
}

describe('what a killed hallpass has left', () => {
  test('is ended, and told of in one line', async () => {
    const { notes, kept } = await reap(
      [
        [FILES, ROLE],
        [ROLE, TOKEN],
      ],
      () => true,
    );
    expect(notes).toEqual([
      'left by an earlier hallpass, ended: 1 directory of credentials, 2 database roles, 1 token',
    ]);
    expect(kept).toEqual([false, false]);
  });

  test('is tried again the next time where it could not be ended; the rest is done', async () => {
    const { notes, kept } = await reap([[FILES, ROLE], [TOKEN]], ({ kind }) =>
      kind === 'role' ? 'no\u001b[1m answer' : true,
    );
    expect(notes).toEqual([
      'left by an earlier hallpass, ended: 1 directory of credentials, 1 token; still there: the role hallpass_0123456789ab_00000000 of orders (no\\x1b[1m answer)',
    ]);
    expect(kept).toEqual([true, false]);
  });

  test('is nothing to talk of where nothing of it had come to be, or somebody else has written it', async () => {
    const made = [FILES, { kind: 'role', role: 7 }, { kind: 'home', directory: '/' }, null, 'x'];
    const asked: Leftover[] = [];
    const { notes, kept } = await reap([made], (leftover) => (asked.push(leftover), false));
    expect(asked).toEqual([FILES]);
    expect(notes).toEqual([]);
    expect(kept).toEqual([false]);
  });
});
