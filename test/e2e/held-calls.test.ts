import { expect, test } from 'vitest';

import { PageVisitor } from '../hub/helpers/page-visitor.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { readJson } from '../helpers/read-json.ts';
import { TeamHub } from '../helpers/team.ts';
import { converse } from './converse.ts';

const APPROVE = { env: { HALLPASS_POLICY: 'approve' } };
const DROP = { name: 'query', arguments: { sql: 'DROP TABLE customers' } };
const MODERN = {
  ...DROP,
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } },
  },
};

/** Resolves to the id of the approval that a call of this conversation waits for. */
async function waiting(talk: ReturnType<typeof converse>): Promise<string> {
  const [id = ''] = await talk.running.saying('stderr', /apr_[0-9a-f]{20}/);
  return id;
}

async function killed(talk: ReturnType<typeof converse>): Promise<void> {
  talk.running.child.kill('SIGKILL');
  await talk.running.finished;
}

async function eventsOf(hallpass: Sandbox, kinds: readonly string[]): Promise<unknown[]> {
  const { stdout } = await hallpass.run(['sessions', 'show', 'last', '--json']);
  const events = stdout.trim().split('\n').map(readJson) as { kind: string }[];
  return events.filter(({ kind }) => kinds.includes(kind));
}

test(
  'an approval outlives a proxy that is killed: the same call goes through the next one, once',
  cites('approvals.killed'),
  async () => {
    await using hallpass = await sandbox();
    const before = converse(hallpass, {}, APPROVE);
    before.say(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: DROP }));
    const id = await waiting(before);
    await killed(before);
    expect(await hallpass.run(['approvals', 'approve', id])).toMatchObject({ code: 0 });
    const after = converse(hallpass, {}, APPROVE);
    const other = { ...DROP, arguments: { sql: 'DROP TABLE customers ' } };
    after.say(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: other }));
    expect(await waiting(after)).not.toBe(id);
    expect(await after.ask('tools/call', DROP)).toContain('"result"');
    after.say(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: DROP }));
    await after.running.saying('stderr', new RegExp(`(apr_[0-9a-f]{20})[^]*(?!\\1|${id})apr_[0-9a-f]{20}`));
    await after.leave();
    expect(after.server.stdin.toString().match(/DROP TABLE/g)).toHaveLength(1);
    expect(await eventsOf(hallpass, ['decision'])).toContainEqual(
      expect.objectContaining({ approval: id, state: 'approved', unattended_possible: true }),
    );
    hallpass.assertNoCanary();
  },
);

test(
  'so does a call that waits in rounds: its state is good in the next proxy, and nowhere else',
  cites('approvals.killed'),
  async () => {
    await using hallpass = await sandbox();
    const before = converse(hallpass, {}, APPROVE);
    const { result } = JSON.parse(await before.ask('tools/call', MODERN)) as {
      result: { resultType: string; requestState: string };
    };
    expect(result.resultType).toBe('input_required');
    const id = await waiting(before);
    await killed(before);
    await hallpass.run(['approvals', 'approve', id]);
    const after = converse(hallpass, {}, APPROVE);
    const { requestState } = result;
    const forged = `${requestState.slice(0, -8)}AAAAAAAA`;
    expect(await after.ask('tools/call', { ...MODERN, requestState: forged })).toContain('-32602');
    expect(await after.ask('tools/call', { ...MODERN, requestState })).toContain('"result"');
    expect(await after.ask('tools/call', { ...MODERN, requestState })).toContain('-32602');
    await after.leave();
    const [sent, ...more] = after.server.stdin.toString().trim().split('\n');
    expect(more).toEqual([]);
    expect((JSON.parse(sent ?? '') as { params: unknown }).params).toEqual(MODERN);
    await using elsewhere = await sandbox();
    const foreign = converse(elsewhere, {}, APPROVE);
    expect(await foreign.ask('tools/call', { ...MODERN, requestState })).toContain('-32602');
    await foreign.leave();
    hallpass.assertNoCanary();
  },
);

/** What a client of either era says when it can open an address for its user. */
const ABLE = { elicitation: { url: {} } };

test(
  'clients that can open an address are given the hub’s page of their call, each in the way of its era',
  cites('approvals.hub'),
  async () => {
    await using hub = await TeamHub.start();
    await using box = await hub.machineOf('developer');
    const agreed = '{"jsonrpc":"2.0","id":$ID,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}';
    const script = { on: { initialize: [{ stdout: agreed }] } };
    const talk = converse(box, script, APPROVE);
    const approver = new PageVisitor(hub);
    await approver.signIn('approver');
    const { result } = JSON.parse(await talk.ask('tools/call', MODERN)) as {
      result: { requestState: string; inputRequests: { hallpass_approval: { params: { url: string } } } };
    };
    const id = await waiting(talk);
    const { url } = result.inputRequests.hallpass_approval.params;
    expect(url).toBe(`${hub.url}/approvals/${id}`);
    const waits = talk.ask('tools/call', {
      ...MODERN,
      inputResponses: { hallpass_approval: { action: 'accept' } },
      requestState: result.requestState,
    });
    await approver.decide(id, 'approve', 'agreed');
    expect(await waits).toContain('"result"');

    await talk.ask('initialize', { protocolVersion: '2025-11-25', capabilities: ABLE });
    const other = { ...DROP, arguments: { sql: 'DROP TABLE orders' } };
    talk.say(JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: other }));
    const [, asked = ''] = await talk.running.saying(
      'stdout',
      /^(.*"elicitation\/create".*elicitationId.*)\n/m,
    );
    const { id: question, params } = JSON.parse(asked) as {
      id: string;
      params: { elicitationId: string; url: string };
    };
    expect(params.url).toBe(`${hub.url}/approvals/${params.elicitationId}`);
    talk.say(JSON.stringify({ jsonrpc: '2.0', id: question, result: { action: 'accept' } }));
    await approver.decide(params.elicitationId, 'deny', 'not on a Friday');
    await talk.running.saying('stdout', /notifications\/elicitation\/complete/);
    expect(await talk.answer(7)).toContain('not on a Friday');
    await talk.leave();
    const heard = talk.server.stdin.toString();
    expect([heard.match(/DROP TABLE/g)?.length, heard.includes('hallpass-')]).toEqual([1, false]);
    box.assertNoCanary();
  },
);
