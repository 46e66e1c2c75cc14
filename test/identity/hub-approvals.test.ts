import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { ApprovalAsk } from '../../src/core/approvals/approval.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Fetch } from '../../src/identity/ask.ts';
import { hubApprovalSource } from '../../src/identity/hub-approval-source.ts';
import { type Asking, HubApprovals } from '../../src/identity/hub-approvals.ts';
import { HubClient } from '../../src/identity/hub-client.ts';
import { PageVisitor } from '../hub/helpers/page-visitor.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';

const MINUTE = 60_000;

function asking(change: Partial<ApprovalAsk> = {}): ApprovalAsk {
  return {
    binding: randomBytes(32).toString('hex'),
    session: 'k7v2n4q8w1x5',
    connection: 'prod-db',
    method: 'tools/call',
    tool: 'execute_sql',
    subject: 'somebody else',
    presented: '{}',
    findings: [],
    restores: [],
    rule: 'approve/destructive',
    reason: 'It waits for a person.',
    risk: 'high',
    terms: { approvals: 1, groups: [], self: false, expiresMs: 10 * MINUTE },
    policy: 'approve@1',
    expiresAt: 0,
    ...change,
  };
}

async function clientOf(hub: TestHub, network: Fetch = fetch): Promise<HubClient> {
  const token = await hub.tokenOf('developer');
  const about = { tokenType: 'Bearer', expiresAt: Date.now() + 10 * MINUTE, scopes: [], origins: undefined };
  return new HubClient({
    hub: hub.url,
    fetch: network,
    token: async () => ({ ...about, token: new Secret(token) }),
  });
}

async function portOf(hub: TestHub, network?: Fetch): Promise<HubApprovals> {
  return new HubApprovals(await clientOf(hub, network), { development: false });
}

/** Loses the answer of the first request whose path matches. */
function losing(path: RegExp): Fetch & { lost: number } {
  const ask = async (...[input, init]: Parameters<Fetch>): Promise<Response> => {
    const answer = await fetch(input, init);
    if (network.lost > 0 || !path.test(new Request(input).url)) return answer;
    network.lost += 1;
    await answer.body?.cancel();
    throw new TypeError('fetch failed');
  };
  const network = Object.assign(ask, { lost: 0 });
  return network;
}

/** What was called back, and whoever waits for it. */
class Rings {
  count = 0;
  #unheard = 0;
  #wake: () => void = () => undefined;

  ring = (): void => {
    this.count += 1;
    this.#unheard += 1;
    this.#wake();
  };

  /** Resolves at the next one; those that have come and nobody waited for are heard with it. */
  async next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#unheard === 0) await promise;
    this.#unheard = 0;
  }
}

function restarted(hub: TestHub): Promise<void> {
  const port = Number(new URL(hub.url).port);
  return hub.stop().then(() => hub.start({ listen: { host: '127.0.0.1', port } }));
}

test('a call waits at the hub, and goes on once', async () => {
  await using hub = await TestHub.start();
  const port = await portOf(hub);
  expect(port.unattendedPossible).toBe(false);
  const ticket = await port.request(asking());
  expect(ticket.url).toBe(`${hub.url}/approvals/${ticket.id}`);
  expect(await ticket.wait(20)).toBe('pending');
  expect(await ticket.consume()).toBe(false);
  await (await PageVisitor.of(hub, 'approver')).decide(ticket.id, 'approve', 'fine');
  expect(await ticket.wait(MINUTE)).toBe('approved');
  expect(ticket.decisions()).toMatchObject([{ by: 'approver', verdict: 'approve', reason: 'fine' }]);
  expect([await ticket.consume(), await ticket.consume()]).toEqual([true, false]);
});

test('at a development hub anybody could have said it', async () => {
  await using hub = await TestHub.start();
  expect(new HubApprovals(await clientOf(hub), { development: true }).unattendedPossible).toBe(true);
});

test('waiting survives a restart of the hub, and the decision is heard after it', async () => {
  await using hub = await TestHub.start();
  const ticket = await (await portOf(hub)).request(asking());
  const waiting = ticket.wait(MINUTE);
  await restarted(hub);
  await (await PageVisitor.of(hub, 'approver')).decide(ticket.id, 'deny', 'no');
  expect(await waiting).toBe('denied');
  expect(ticket.decisions()).toMatchObject([{ verdict: 'deny', reason: 'no' }]);
});

test('a hub that is away is no answer: it stays pending', async () => {
  await using hub = await TestHub.start();
  const ticket = await (await portOf(hub)).request(asking());
  await hub.stop();
  expect(await ticket.wait(300)).toBe('pending');
  const gone = AbortSignal.timeout(50);
  expect(await ticket.wait(MINUTE, gone)).toBe('pending');
  await ticket.cancel();
  await hub.start();
});

test('a hub that is away when it is asked refuses the call', async () => {
  await using hub = await TestHub.start();
  const port = await portOf(hub);
  await hub.stop();
  await expect(port.request(asking())).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
  await hub.start();
});

test('where nobody may approve, the call is refused with the hub’s reason', async () => {
  await using hub = await TestHub.start({ config: { approvers: [] } });
  await expect((await portOf(hub)).request(asking())).rejects.toThrowWithCode('ERR_DENIED');
});

test('an approval whose use was not acknowledged is used by who asked for it, and only once', async () => {
  await using hub = await TestHub.start();
  const network = losing(/\/consume$/);
  const ticket = await (await portOf(hub, network)).request(asking());
  await (await PageVisitor.of(hub, 'approver')).decide(ticket.id, 'approve');
  expect(await ticket.wait(MINUTE)).toBe('approved');
  expect(await ticket.consume()).toBe(true);
  expect(network.lost).toBe(1);
  expect(await ticket.consume()).toBe(false);
});

test('taken back, it can not be approved any more', async () => {
  await using hub = await TestHub.start();
  const ticket = await (await portOf(hub)).request(asking());
  await ticket.cancel();
  expect(await ticket.wait(MINUTE)).toBe('cancelled');
  expect((await (await PageVisitor.of(hub, 'approver')).decide(ticket.id, 'approve')).status).toBe(403);
});

test('200 decisions each reach who waits at once, not at the end of a poll', async () => {
  await using hub = await TestHub.start();
  const port = await portOf(hub);
  const approver = await PageVisitor.of(hub, 'approver');
  const tickets = await Promise.all(Array.from({ length: 200 }, () => port.request(asking())));
  const decided = new Map<string, number>();
  const heard = tickets.map(async (ticket) => {
    expect(await ticket.wait(5 * MINUTE)).toBe('approved');
    return { id: ticket.id, at: performance.now() };
  });
  hub.onAnswer = (path) => {
    // The page is there, and the button is pressed: the first answer at its address, for all polls go on.
    const id = /^\/approvals\/(apr_\w+)$/.exec(path)?.[1];
    if (id !== undefined && !decided.has(id)) decided.set(id, performance.now());
  };
  for (const { id } of tickets) await approver.decide(id, 'approve');
  const took = (await Promise.all(heard)).map(({ id, at }) => at - (decided.get(id) ?? Infinity));
  const sorted = took.toSorted((a, b) => a - b);
  const [p50 = 0, p99 = 0] = [sorted[99], sorted[197]];
  // The number is for people to read; what is promised is that nobody waits for the end of a poll, which takes 25 s.
  console.log(`decision to waiting client: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  expect(Math.max(...took)).toBeLessThan(20_000);
});

describe('looking', () => {
  test('lists what is open, the oldest first, or all; and finds one whole', async () => {
    await using hub = await TestHub.start();
    const client = await clientOf(hub);
    const port = new HubApprovals(client, { development: false });
    const [one, two] = [await port.request(asking({ tool: 'a' })), await port.request(asking({ tool: 'b' }))];
    await (await PageVisitor.of(hub, 'approver')).decide(one.id, 'deny');
    const source = hubApprovalSource(client);
    expect(source.decide).toBeUndefined();
    expect((await source.list()).map(({ approval: { tool } }) => tool)).toEqual(['b']);
    expect((await source.list({ all: true })).map(({ approval: { tool } }) => tool)).toEqual(['a', 'b']);
    const found = await source.find(two.id);
    expect(found).toMatchObject({ approval: { presented: '{}', subject: 'developer' }, url: two.url });
    expect(await source.find('apr_00000000000000000000')).toBeUndefined();
    expect(await source.find('../sessions')).toBeUndefined();
  });

  // Sooner than a poll is over that nobody has rung.
  const soon = { timeout: LIMITS.approvalWaitMs - 5_000 };
  test(
    'hears of what others ask and decide at once, and of nothing else; also after the hub was away',
    soon,
    async () => {
      await using hub = await TestHub.start();
      const client = await clientOf(hub);
      const port = new HubApprovals(client, { development: false });
      const rings = new Rings();
      const polls: (string | undefined)[] = [];
      const counting: Asking = {
        origin: client.origin,
        ask: (...input) => {
          polls.push(input[1]?.known);
          return client.ask(...input);
        },
      };
      const listening = await hubApprovalSource(counting).listen(rings.ring);
      await rings.next();
      const ticket = await port.request(asking());
      await rings.next();
      await (await PageVisitor.of(hub, 'approver')).decide(ticket.id, 'deny', 'no');
      await rings.next();
      // Each answer was one ring, and one more is waited for, which says what is known: it does not ask again and again.
      expect(polls.length).toBeLessThanOrEqual(4);
      expect(polls.lastIndexOf(undefined)).toBe(0);
      await restarted(hub);
      await rings.next();
      listening.close();
    },
  );

  test('the address to decide at is made of the hub’s own, whatever an answer says', async () => {
    await using hub = await TestHub.start();
    const client = await clientOf(hub);
    const { id } = await new HubApprovals(client, { development: false }).request(asking());
    const lying: Asking = {
      origin: client.origin,
      ask: async (...input) => {
        const { status, body } = await client.ask(...input);
        const { approvals = [] } = body as { approvals?: object[] };
        const elsewhere = approvals.map((one) => Object.assign(one, { url: 'https://evil.example/' }));
        return { status, body: { ...body, approvals: elsewhere } };
      },
    };
    const [listed] = await hubApprovalSource(lying).list();
    expect(listed?.url).toBe(`${hub.url}/approvals/${id}`);
  });
});
