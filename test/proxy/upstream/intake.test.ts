import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { Intake } from '../../../src/proxy/upstream/intake.ts';

describe('answers that are over the limit together', () => {
  test('wait for a slow client, each in the middle, and go on when it has read', async () => {
    const intake = new Intake(100);
    const [first, second] = [intake.open({ waits: true }), intake.open({ waits: true })];
    const read = Promise.withResolvers<void>();
    await first.more(90);
    const leaving = first.leave(90, () => read.promise);
    let went = false;
    const waiting = second.more(20).then(() => (went = true));
    await turn();
    expect(went).toBe(false);
    read.resolve();
    await Promise.all([leaving, waiting]);
    expect(went).toBe(true);
  });

  test('fail where no client is what holds them up', async () => {
    const intake = new Intake(100);
    const [first, second] = [intake.open({ waits: true }), intake.open({ waits: true })];
    await first.more(90);
    await expect(second.more(20)).rejects.toThrowWithCode('ERR_UPSTREAM');
    second.close();
    await first.more(10);
  });

  test('fail where each client goes its own way, however slow one is', async () => {
    const intake = new Intake(100);
    const [first, second] = [intake.open({ waits: false }), intake.open({ waits: false })];
    await first.more(90);
    void first.leave(90, () => new Promise(() => undefined));
    await expect(second.more(20)).rejects.toThrowWithCode('ERR_UPSTREAM');
  });
});

test('what has left or was given up counts no more', async () => {
  const intake = new Intake(100);
  for (let n = 0; n < 10; n += 1) {
    const share = intake.open({ waits: false });
    await share.more(60);
    await share.leave(30, () => Promise.resolve());
    await share.more(50);
    share.close();
  }
});
