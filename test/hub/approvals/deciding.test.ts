import { describe, expect, test } from 'vitest';

import type { ApproverRule } from '../../../src/hub/config.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { assertNoCanary } from '../../helpers/assert-no-canary.ts';
import { makeCanaries } from '../../helpers/canaries.ts';
import { ask, look } from '../helpers/asking.ts';
import { bearer } from '../helpers/hub-calls.ts';
import { PageVisitor } from '../helpers/page-visitor.ts';
import { TestHub } from '../helpers/test-hub.ts';

const { githubToken } = makeCanaries();

function rule(change: Partial<ApproverRule> = {}): ApproverRule {
  const who = { groups: ['approvers', 'auditors'], subjects: [] };
  return { connection: undefined, who, approvals: 1, self: false, breakGlass: false, ...change };
}

describe('two people', () => {
  test('have to approve where the hub says so; one who says it twice is one', async () => {
    await using hub = await TestHub.start({ config: { approvers: [rule({ approvals: 2 })] } });
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const [first, second] = [await PageVisitor.of(hub, 'approver'), await PageVisitor.of(hub, 'auditor')];
    expect((await first.decide(id, 'approve')).status).toBe(200);
    expect((await look(hub, token, id)).state).toBe('pending');
    expect((await first.get(`/approvals/${id}`)).html).toContain('Somebody else has to, too');
    expect((await first.decide(id, 'approve')).status).toBe(409);
    expect((await look(hub, token, id)).state).toBe('pending');
    expect((await second.decide(id, 'approve')).status).toBe(200);
    expect((await look(hub, token, id)).state).toBe('approved');
  });

  test('of two who disagree the one who denies wins, also afterwards', async () => {
    await using hub = await TestHub.start({ config: { approvers: [rule()] } });
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const [first, second] = [await PageVisitor.of(hub, 'approver'), await PageVisitor.of(hub, 'auditor')];
    await Promise.all([first.decide(id, 'approve'), second.decide(id, 'deny')]);
    expect((await look(hub, token, id)).state).toBe('denied');
    expect((await first.decide(id, 'approve')).status).toBe(403);
    expect((await look(hub, token, id)).state).toBe('denied');
  });

  test('of the groups that the policy names', async () => {
    await using hub = await TestHub.start({ config: { approvers: [rule()] } });
    const token = await hub.tokenOf('developer');
    const terms = { approvals: 1, groups: ['auditors'], self: false, expires_in: 600 };
    const { approval: id } = await ask(hub, token, { terms });
    const other = await PageVisitor.of(hub, 'approver');
    expect((await other.get(`/approvals/${id}`)).html).toContain('another group');
    expect((await other.decide(id, 'approve')).status).toBe(403);
    expect((await (await PageVisitor.of(hub, 'auditor')).decide(id, 'approve')).status).toBe(200);
    expect((await look(hub, token, id)).state).toBe('approved');
  });
});

describe('one’s own request', () => {
  const engineers = { groups: ['engineering'], subjects: [] };
  const selfish = { approvals: 1, groups: [], self: true, expires_in: 600 };

  test('is not approved by oneself, whatever the client says of it', async () => {
    await using hub = await TestHub.start({ config: { approvers: [rule({ who: engineers })] } });
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'), { terms: selfish });
    const visitor = await PageVisitor.of(hub, 'developer');
    expect((await visitor.get(`/approvals/${id}`)).html).not.toContain('>Approve<');
    expect((await visitor.decide(id, 'approve')).status).toBe(403);
  });

  test('is where both the hub and the policy allow it', async () => {
    const approvers = [rule({ who: engineers, self: true })];
    await using hub = await TestHub.start({ config: { approvers } });
    const token = await hub.tokenOf('developer');
    const visitor = await PageVisitor.of(hub, 'developer');
    const mild = await ask(hub, token, { terms: selfish });
    expect((await visitor.decide(mild.approval, 'approve')).status).toBe(200);
    expect((await look(hub, token, mild.approval)).state).toBe('approved');
    const strict = await ask(hub, token);
    expect((await visitor.decide(strict.approval, 'approve')).status).toBe(403);
  });

  test('can be denied, by which one takes it back', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    expect((await (await PageVisitor.of(hub, 'developer')).decide(id, 'deny')).status).toBe(200);
    expect((await look(hub, token, id)).state).toBe('denied');
  });
});

describe('who may decide', () => {
  test('rules that name a connection count for it instead of those that name none', async () => {
    const own = rule({ connection: 'prod-db', who: { groups: [], subjects: ['auditor'] } });
    await using hub = await TestHub.start({ config: { approvers: [rule(), own] } });
    const token = await hub.tokenOf('developer');
    const [prod, other] = [await ask(hub, token), await ask(hub, token, { connection: 'wiki' })];
    const approver = await PageVisitor.of(hub, 'approver');
    expect((await approver.get(`/approvals/${prod.approval}`)).status).toBe(404);
    expect((await approver.decide(prod.approval, 'approve')).status).toBe(403);
    expect((await approver.decide(other.approval, 'approve')).status).toBe(200);
    expect((await look(hub, token, prod.approval)).state).toBe('pending');
  });

  test('an auditor who is no approver looks, and decides nothing', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const auditor = await PageVisitor.of(hub, 'auditor');
    expect((await auditor.get(`/approvals/${id}`)).html).toContain('DROP TABLE users');
    for (const verdict of ['approve', 'deny', 'break_glass'] as const)
      expect((await auditor.decide(id, verdict)).status).toBe(403);
    expect((await look(hub, token, id)).state).toBe('pending');
  });

  test('the form of who may only deny approves nothing, and breaks no glass', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const own = await PageVisitor.of(hub, 'developer');
    expect((await own.get(`/approvals/${id}`)).html).toContain('To take it back, deny it.');
    for (const verdict of ['approve', 'break_glass'] as const)
      expect((await own.decide(id, verdict)).html).toContain('not yours to decide');
    expect((await look(hub, token, id)).state).toBe('pending');
    expect(hub.notices).toEqual([]);
  });

  test('whoever decides says why', async () => {
    await using hub = await TestHub.start();
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    const approver = await PageVisitor.of(hub, 'approver');
    expect((await approver.decide(id, 'approve', ' \n ')).status).toBe(400);
    expect((await approver.decide(id, 'approve', 'a'.repeat(LIMITS.reasonCharacters + 1))).status).toBe(400);
  });
});

test('a secret in a justification is kept and told by nobody', async () => {
  await using hub = await TestHub.start();
  const token = await hub.tokenOf('developer');
  const { approval: id } = await ask(hub, token);
  await (await PageVisitor.of(hub, 'approver')).decide(id, 'break_glass', `with ${githubToken.value}`);
  const { decisions } = await look(hub, token, id);
  expect(decisions).toMatchObject([{ reason: expect.stringMatching(/^with hpm_github/) as unknown }]);
  const streams = { told: JSON.stringify(decisions), notices: hub.notices.join() };
  assertNoCanary({ canaries: [githubToken], streams, directories: [hub.dataDir] });
});

describe('break glass', () => {
  test('passes over the terms, and everybody is told', async () => {
    const approvers = [rule({ approvals: 2, breakGlass: true })];
    await using hub = await TestHub.start({ config: { approvers } });
    const token = await hub.tokenOf('developer');
    const { approval: id } = await ask(hub, token);
    const visitor = await PageVisitor.of(hub, 'approver');
    expect((await visitor.decide(id, 'break_glass', 'the site is down')).status).toBe(200);
    expect(await look(hub, token, id)).toMatchObject({
      state: 'approved',
      decisions: [{ by: 'approver', reason: 'the site is down', break_glass: true }],
    });
    expect(hub.notices).toEqual([
      `BREAK GLASS: approver approved ${id} (execute_sql of developer on prod-db): the site is down`,
    ]);
    expect((await visitor.get(`/approvals/${id}`)).html).toContain('break glass');
  });

  test('is for those whom the hub names, with a reason, and said twice', async () => {
    await using hub = await TestHub.start({ config: { approvers: [rule({ approvals: 2 })] } });
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    const visitor = await PageVisitor.of(hub, 'approver');
    expect((await visitor.get(`/approvals/${id}`)).html).not.toContain('Break glass');
    expect((await visitor.decide(id, 'break_glass', 'an emergency')).status).toBe(403);
    await using lax = await TestHub.start();
    const asked = await ask(lax, await lax.tokenOf('developer'));
    const other = await PageVisitor.of(lax, 'approver');
    expect((await other.decide(asked.approval, 'break_glass', '')).status).toBe(400);
    expect(lax.notices).toEqual([]);
  });
});

describe('a decision takes a person in a browser', () => {
  test('no token makes one, however it is sent', async () => {
    await using hub = await TestHub.start();
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    const token = await hub.tokenOf('approver');
    const path = `/approvals/${id}/decisions`;
    const fields = { verdict: 'approve', reason: 'me', token: 'x' };
    expect((await hub.post(path, token, fields)).status).toBe(403);
    expect((await hub.form(path, token, fields)).status).toBe(403);
    // As a browser would send it, with the token where its cookie would be.
    const cookie = `hallpass-session-${new URL(hub.url).port}=${token}`;
    const forged = await fetch(`${hub.url}${path}`, {
      method: 'POST',
      headers: { ...bearer(token), cookie, origin: hub.url, accept: 'text/html' },
      body: new URLSearchParams(fields),
    });
    expect(forged.status).toBe(403);
    const bare = { origin: hub.url, accept: 'text/html', cookie };
    const body = new URLSearchParams(fields);
    expect((await fetch(`${hub.url}${path}`, { method: 'POST', headers: bare, body })).status).toBe(403);
    expect((await look(hub, token, id)).state).toBe('pending');
  });

  test('who signed in more than five minutes ago looks, and signs in again to decide', async () => {
    await using hub = await TestHub.start();
    const { approval: id } = await ask(hub, await hub.tokenOf('developer'));
    const visitor = await PageVisitor.of(hub, 'approver');
    const page = await visitor.get(`/approvals/${id}`);
    const [, token = ''] = /decisions"[^]*?name="token" value="([^"]+)"/.exec(page.html) ?? [];
    hub.ahead = LIMITS.freshLoginMs + 2000;
    expect((await visitor.get(`/approvals/${id}`)).html).toContain('Sign in again');
    const fields = { token, verdict: 'approve', reason: 'yes' };
    const late = await visitor.post(`/approvals/${id}/decisions`, fields);
    expect(late.status).toBe(403);
    expect(late.html).toContain('Nothing was decided');
    expect((await look(hub, await hub.tokenOf('developer'), id)).state).toBe('pending');
  });

  test('an hour after signing in nobody is signed in', async () => {
    await using hub = await TestHub.start();
    const visitor = await PageVisitor.of(hub, 'approver');
    expect((await visitor.get('/approvals')).html).toContain('Nothing waits');
    hub.ahead = LIMITS.browserSessionMs + 1000;
    expect((await visitor.get('/approvals')).html).toContain('Sign in');
  });

  test('who signs out is', async () => {
    await using hub = await TestHub.start();
    const visitor = await PageVisitor.of(hub, 'approver');
    const { html } = await visitor.get('/approvals');
    const [, token = ''] = /logout"[^]*?name="token" value="([^"]+)"/.exec(html) ?? [];
    await visitor.post('/logout', { token: 'another' });
    expect((await visitor.get('/approvals')).html).toContain('Nothing waits');
    await visitor.post('/logout', { token });
    expect((await visitor.get('/approvals')).html).toContain('Sign in');
  });
});

describe('a form that was not sent from the page is refused', () => {
  async function scene() {
    const hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const [one, two] = [await ask(hub, token), await ask(hub, token)];
    const visitor = await PageVisitor.of(hub, 'approver');
    const { html } = await visitor.get(`/approvals/${one.approval}`);
    const [, form = ''] = /decisions"[^]*?name="token" value="([^"]+)"/.exec(html) ?? [];
    const fields = { token: form, verdict: 'approve', reason: 'yes' };
    return { hub, visitor, fields, token, one: one.approval, two: two.approval };
  }

  test.each<[string, string | null]>([
    ['from another site', 'https://evil.example'],
    ['from a sandboxed frame', 'null'],
    ['from another port of this machine', 'http://127.0.0.1:1'],
    ['from nowhere', null],
  ])('%s', async (_, origin) => {
    const { hub, visitor, fields, token, one } = await scene();
    await using _hub = hub;
    expect((await visitor.post(`/approvals/${one}/decisions`, fields, origin)).status).toBe(403);
    expect((await look(hub, token, one)).state).toBe('pending');
  });

  test('with no token, a wrong one, that of another approval, or of somebody else', async () => {
    const { hub, visitor, fields, token, one, two } = await scene();
    await using _hub = hub;
    const other = await PageVisitor.of(hub, 'approver');
    const { token: _, ...none } = fields;
    expect((await visitor.post(`/approvals/${one}/decisions`, none)).status).toBe(400);
    const wrong = { ...fields, token: fields.token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) };
    expect((await visitor.post(`/approvals/${one}/decisions`, wrong)).status).toBe(403);
    expect((await visitor.post(`/approvals/${two}/decisions`, fields)).status).toBe(403);
    expect((await other.post(`/approvals/${one}/decisions`, fields)).status).toBe(403);
    for (const id of [one, two]) expect((await look(hub, token, id)).state).toBe('pending');
    expect((await visitor.post(`/approvals/${one}/decisions`, fields)).status).toBe(200);
    expect((await look(hub, token, one)).state).toBe('approved');
  });
});

test('200 that wait, decided in any order: each gets its own answer', async () => {
  await using hub = await TestHub.start();
  const token = await hub.tokenOf('developer');
  const approver = await PageVisitor.of(hub, 'approver');
  const ids: string[] = [];
  for (let at = 0; at < 200; at += 1) ids.push((await ask(hub, token)).approval);
  const waits = ids.map((id) => look(hub, token, id, 25));
  const verdictOf = (id: string): 'approve' | 'deny' =>
    Number.parseInt(id.slice(-1), 16) % 2 ? 'approve' : 'deny';
  // Ids are random, so that their order is.
  for (const id of ids.toSorted()) await approver.decide(id, verdictOf(id));
  const states = await Promise.all(
    ids.map(async (id, at) => {
      const waited = await waits[at];
      // A wait that was over before somebody came to it is asked once more, as clients do.
      return waited?.state === 'pending' ? (await look(hub, token, id)).state : waited?.state;
    }),
  );
  expect(states).toEqual(ids.map((id) => (verdictOf(id) === 'approve' ? 'approved' : 'denied')));
});
