import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { ask, look, question } from '../helpers/asking.ts';
import { PageVisitor } from '../helpers/page-visitor.ts';
import { TestHub } from '../helpers/test-hub.ts';

const use = (): string => randomBytes(18).toString('base64url');

async function consumed(hub: TestHub, token: string, id: string, name = use()): Promise<boolean> {
  const answer = await hub.post(`/approvals/${id}/consume`, token, { use: name });
  return ((await answer.json()) as { consumed: boolean }).consumed;
}

describe('asking', () => {
  test('once for one binding; what was approved and not used is found again, also after a restart', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const binding = randomBytes(32).toString('hex');
    const first = await hub.post('/approvals', token, question({ binding }));
    expect(first.status).toBe(201);
    const { approval: id } = (await first.json()) as { approval: string };
    const joined = await hub.post('/approvals', token, question({ binding }));
    expect(joined.status).toBe(200);
    expect(await joined.json()).toMatchObject({ approval: id, state: 'pending' });
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    const { port } = new URL(hub.url);
    await hub.stop();
    await hub.start({ listen: { host: '127.0.0.1', port: Number(port) } });
    const again = await hub.post('/approvals', token, question({ binding }));
    expect(await again.json()).toMatchObject({ approval: id, state: 'approved' });
    expect(await consumed(hub, token, id)).toBe(true);
    const anew = await hub.post('/approvals', token, question({ binding }));
    expect(anew.status).toBe(201);
  });

  test('another byte is another call: another binding finds nothing', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const binding = randomBytes(32).toString('hex');
    const { approval: id } = await ask(hub, token, { binding });
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    const other = await ask(hub, token, {
      binding: binding.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    });
    expect(other).toMatchObject({ state: 'pending' });
    expect(other.approval).not.toBe(id);
  });

  test('the same binding of somebody else is none', async () => {
    await using hub = await TestHub.start();
    const binding = randomBytes(32).toString('hex');
    const mine = await ask(hub, await hub.tokenOf('developer'), { binding });
    const theirs = await ask(hub, await hub.tokenOf('stranger'), { binding });
    expect(theirs.approval).not.toBe(mine.approval);
  });

  test('who asks and until when is for the hub to say', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const asked = await ask(hub, token);
    expect(asked.subject).toBe('developer');
    expect(Math.abs(asked.expires_at - Date.now() - 600_000)).toBeLessThan(60_000);
    for (const claimed of [
      { subject: 'approver' },
      { expires_at: 9e15 },
      { id: 'apr_1' },
      { decisions: [] },
    ]) {
      const answer = await hub.post('/approvals', token, { ...question(), ...claimed });
      expect(answer.status).toBe(400);
    }
  });

  test('terms that a client makes milder than the hub has them are the hub’s', async () => {
    const who = { groups: ['approvers', 'engineering'], subjects: [] };
    const rule = { connection: 'prod-db', who, approvals: 2, self: false, breakGlass: false };
    await using hub = await TestHub.start({ config: { approvers: [rule] } });
    const token = await hub.tokenOf('developer');
    const terms = { approvals: 1, groups: [], self: true, expires_in: 600 };
    expect((await ask(hub, token, { terms })).terms).toMatchObject({ approvals: 2, self: false });
    const more = { ...terms, approvals: 3 };
    expect((await ask(hub, token, { terms: more })).terms).toMatchObject({ approvals: 3 });
  });

  test('where nobody may approve, nothing waits', async () => {
    await using hub = await TestHub.start({ config: { approvers: [] } });
    const answer = await hub.post('/approvals', await hub.tokenOf('developer'), question());
    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch(/nobody may approve calls on .*prod-db/);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no binding', { binding: '' }],
    ['a binding in capitals', { binding: 'A'.repeat(64) }],
    ['no approvals', { terms: { approvals: 0, groups: [], self: false, expires_in: 600 } }],
    ['no end', { terms: { approvals: 1, groups: [], self: false, expires_in: 1e9 } }],
    ['an unknown risk', { risk: 'none at all' }],
  ])('%s is refused', async (_, change) => {
    await using hub = await TestHub.start();
    const answer = await hub.post('/approvals', await hub.tokenOf('developer'), question(change));
    expect(answer.status).toBe(400);
  });

  test('what nobody could read is not asked', async () => {
    await using hub = await TestHub.start();
    const presented = 'a'.repeat(LIMITS.approvalAskBytes);
    const answer = await hub.post('/approvals', await hub.tokenOf('developer'), question({ presented }));
    expect(answer.status).toBe(413);
  });
});

describe('whose it is', () => {
  test('who asked, who may decide and auditors see it; to everybody else it is not there', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const seen = async (account: string) => {
      const theirs = await hub.tokenOf(account);
      const list = (await (await hub.get('/approvals', theirs)).json()) as { approvals: unknown[] };
      return { status: (await hub.get(`/approvals/${id}`, theirs)).status, listed: list.approvals.length };
    };
    expect(await seen('developer')).toEqual({ status: 200, listed: 1 });
    expect(await seen('approver')).toEqual({ status: 200, listed: 1 });
    expect(await seen('auditor')).toEqual({ status: 200, listed: 1 });
    expect(await seen('stranger')).toEqual({ status: 404, listed: 0 });
    expect((await hub.get(`/approvals/${id}`)).status).toBe(401);
  });

  test('nobody but who asked uses it up or takes it back', async () => {
    await using hub = await TestHub.start();
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    const theirs = await hub.tokenOf('approver');
    expect((await hub.post(`/approvals/${id}/consume`, theirs, { use: use() })).status).toBe(404);
    expect((await hub.post(`/approvals/${id}/cancel`, theirs, {})).status).toBe(404);
  });

  test('a token for something else opens nothing', async () => {
    await using hub = await TestHub.start();
    const { id_token: idToken } = await hub.signIn('developer');
    const token = await hub.mint(idToken, { scope: 'sessions:write' });
    expect((await hub.post('/approvals', token, question())).status).toBe(403);
    expect((await hub.get('/approvals', token)).status).toBe(403);
  });
});

describe('using it up', () => {
  test('takes an approval, and works for one of a hundred at once', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    expect(await consumed(hub, token, id)).toBe(false);
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    const all = await Promise.all(Array.from({ length: 100 }, () => consumed(hub, token, id)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect((await look(hub, token, id)).state).toBe('consumed');
  });

  test('who did not hear the answer may ask again, and nobody else', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    const mine = use();
    expect(await consumed(hub, token, id, mine)).toBe(true);
    expect(await consumed(hub, token, id, mine)).toBe(true);
    expect(await consumed(hub, token, id)).toBe(false);
  });

  test('what was taken back, denied or has run out can not be', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const approver = await PageVisitor.of(hub, 'approver');
    const [back, denied, late] = [await ask(hub, token), await ask(hub, token), await ask(hub, token)];
    for (const { approval: id } of [back, denied, late]) await approver.decide(id, 'approve');
    expect((await hub.post(`/approvals/${back.approval}/cancel`, token, {})).status).toBe(200);
    await approver.decide(denied.approval, 'deny');
    expect(await consumed(hub, token, back.approval)).toBe(false);
    expect(await consumed(hub, token, denied.approval)).toBe(false);
    hub.ahead = 601_000;
    const later = await hub.tokenOf('developer');
    expect(await consumed(hub, later, late.approval)).toBe(false);
    expect((await look(hub, later, late.approval)).state).toBe('expired');
  });
});

describe('waiting', () => {
  test('is over at once when somebody decides, takes it back, or the hub stops', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const approver = await PageVisitor.of(hub, 'approver');
    const [one, two, three] = [await ask(hub, token), await ask(hub, token), await ask(hub, token)];
    const waits = [one, two, three].map(({ approval: id }) => look(hub, token, id, 25));
    await approver.decide(one.approval, 'deny', 'not on a Friday');
    expect(await waits[0]).toMatchObject({ state: 'denied', decisions: [{ reason: 'not on a Friday' }] });
    await hub.post(`/approvals/${two.approval}/cancel`, token, {});
    expect(await waits[1]).toMatchObject({ state: 'cancelled' });
    // Its answer comes before the server closes what is left: it has five seconds for that.
    await hub.stop();
    expect(await waits[2]).toMatchObject({ state: 'pending' });
  });

  test('a decision that falls between two waits is not missed', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    await (await PageVisitor.of(hub, 'approver')).decide(id, 'approve');
    expect(await look(hub, token, id, 25)).toMatchObject({ state: 'approved' });
  });

  test('ends when it has run out, though nobody says anything', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const terms = { approvals: 1, groups: [], self: false, expires_in: 0.05 };
    const { approval: id } = await ask(hub, token, { terms });
    expect(await look(hub, token, id, 25)).toMatchObject({ state: 'expired' });
  });
});
