/**
 * How long a decision at a hub takes until the proxy that waits for it has heard: 200 decisions, each pressed on the hub's page
 * by who is signed in, and waited for over HTTP (target: every one within 200 ms). With 200 more waiting all along. The hub is a
 * process of its own; who waits and who decides share another. `node bench/hub-approvals.ts [--check]`.
 */
import process from 'node:process';

import { ask, look } from '../test/hub/helpers/asking.ts';
import { HubProcess } from '../test/hub/helpers/hub-process.ts';
import { PageVisitor } from '../test/hub/helpers/page-visitor.ts';

const DECISIONS = 200;
const WAITING = 200;
const TARGET_MS = 200;

await using hub = new HubProcess();
await hub.start();
const token = await hub.tokenOf('developer');
const approver = new PageVisitor(hub);
await approver.signIn('approver');
for (let at = 0; at < WAITING; at += 1) await ask(hub, token);

const heard: number[] = [];
const answered: number[] = [];
for (let at = 0; at < DECISIONS; at += 1) await decideOne();
report('the proxy has heard after', heard);
report('the page has answered after', answered);
if (process.argv.includes('--check') && Math.max(...heard) > TARGET_MS) process.exitCode = 1;

async function decideOne(): Promise<void> {
  const { approval: id } = await ask(hub, token);
  const { html } = await approver.get(`/approvals/${id}`);
  const [, form = ''] = /decisions"[^]*?name="token" value="([^"]+)"/.exec(html) ?? [];
  const waiting = look(hub, token, id, 25).then(({ state }) => ({ state, at: performance.now() }));
  const began = performance.now();
  const fields = { token: form, verdict: 'approve', reason: 'measured' };
  const { status } = await approver.post(`/approvals/${id}/decisions`, fields);
  answered.push(performance.now() - began);
  const { state, at } = await waiting;
  if (status !== 200 || state !== 'approved') throw new Error(`${status} ${state}`);
  heard.push(at - began);
}

function report(what: string, took: readonly number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(1);
  console.log(
    `${what} (ms): p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}; ${WAITING} others wait; target ${TARGET_MS}`,
  );
}
