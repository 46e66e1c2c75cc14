import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { ask, look } from '../helpers/asking.ts';
import { PageVisitor } from '../helpers/page-visitor.ts';
import { TestHub } from '../helpers/test-hub.ts';

const ANYBODY = { groups: ['approvers'], subjects: [] };
const approvers = [{ connection: undefined, who: ANYBODY, approvals: 1, self: false, breakGlass: false }];

async function restart(hub: TestHub): Promise<void> {
  const port = Number(new URL(hub.url).port);
  await hub.stop();
  await hub.start({ approvers, listen: { host: '127.0.0.1', port } });
}

/** All that the hub keeps, as bytes. */
function kept(hub: TestHub): string {
  const files = readdirSync(hub.dataDir).filter((name) => name.startsWith('hub.sqlite'));
  return files.map((name) => readFileSync(join(hub.dataDir, name), 'latin1')).join('');
}

test('who is signed in still is after a restart, and a form that was open is still good', async () => {
  await using hub = await TestHub.start({ config: { approvers } });
  const token = await hub.tokenOf('developer');
  const { approval: id } = await ask(hub, token);
  const visitor = await PageVisitor.of(hub, 'approver');
  const { html } = await visitor.get(`/approvals/${id}`);
  const [, form = ''] = /decisions"[^]*?name="token" value="([^"]+)"/.exec(html) ?? [];
  await restart(hub);
  const fields = { token: form, verdict: 'approve', reason: 'looked at it' };
  expect((await visitor.post(`/approvals/${id}/decisions`, fields)).status).toBe(200);
  expect((await look(hub, token, id)).state).toBe('approved');
  for (const cookie of visitor.cookies.values()) expect(kept(hub)).not.toContain(cookie);
  expect(kept(hub)).not.toContain(form);
});

test('who has signed out stays so, and after its time nobody is signed in', async () => {
  await using hub = await TestHub.start({ config: { approvers } });
  const [leaves, stays] = [await PageVisitor.of(hub, 'approver'), await PageVisitor.of(hub, 'auditor')];
  const cookies = new Map(leaves.cookies);
  const [, token = ''] =
    /logout"[^]*?name="token" value="([^"]+)"/.exec((await leaves.get('/approvals')).html) ?? [];
  await leaves.post('/logout', { token });
  const again = new PageVisitor(hub);
  for (const [name, value] of cookies) again.keep(name, value);
  await restart(hub);
  expect((await again.get('/approvals')).html).toContain('Sign in');
  expect((await stays.get('/approvals')).html).toContain('Sign out');
  hub.ahead += LIMITS.browserSessionMs;
  expect((await stays.get('/approvals')).html).not.toContain('Sign out');
});
