import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';
import { converse, nothingLeaked } from './converse.ts';

const canaries = makeCanaries();

test(
  'what somebody would rather keep is removed, with a remark, and the session verifies',
  cites('sessions.redact', 'sessions.note'),
  async () => {
    await using hallpass = await sandbox();
    const reply =
      '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"the plan for may"}]}}';
    const talk = converse(hallpass, { on: { 'tools/call': [{ stdout: reply }] } });
    await talk.ask('tools/call', { name: 'read_plan', arguments: { key: canaries.stripeKey.value } });
    await talk.leave();

    const unsaid = await hallpass.run(['sessions', 'redact', 'last', '2', '--reason', 'names']);
    expect(unsaid.code).toBe(4);
    expect(unsaid.stderr).toContain('nobody said so [ERR_NOT_CONFIRMED]');
    const redact = ['sessions', 'redact', 'last', '2', '--reason', 'not ours', '--yes', '--json'];
    const redacted = await hallpass.run(redact);
    const { session, ...done } = JSON.parse(redacted.stdout) as { session: string };
    expect(done).toEqual({ redacted: [2], bytes: 92 });
    const payloads = readFileSync(join(hallpass.stateDir, 'sessions', `${session}.payloads`), 'latin1');
    expect(payloads).not.toContain('the plan for may');

    // One by its shape, one because it is known here.
    const remark = `it had ${canaries.slackToken.value} and ${hallpass.secrets.dotEnv.value}`;
    const noted = await hallpass.run(['sessions', 'note', 'last', remark, '--event', '1']);
    expect(noted.stdout).toMatch(/^noted in session \w{12}: it had hpm_slack_token_\w+ and hpm_known_\w+\n$/);

    const shown = await hallpass.run(['sessions', 'show', 'last', '--payloads']);
    expect(shown.stdout).toMatch(/← tools\/call read_plan.*\n +\| \(payload redacted\)\n/);
    expect(shown.stdout).toContain('payload of 2 redacted: not ours');
    expect(shown.stdout).toMatch(/note on 1: it had hpm_slack_token_/);
    const verified = await hallpass.run(['verify', 'last']);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toMatch(/redacted +payloads +1 intact, 1 redacted/);
    expect(verified.stdout).toContain('payloads redacted; unattested.');
    nothingLeaked(hallpass, Object.values(canaries));
  },
);
