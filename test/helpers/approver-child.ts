/**
 * Another process that uses the approvals of a state directory: `approver-child.ts STATE_DIR VERB ID [BY]`. Verbs: approve,
 * deny, consume; `open` says `ready`, then opens
 * each directory it is told on stdin at the time that is told with it, and says how that went; `listen` says `ready` and stays.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';

import { ApprovalStore } from '../../src/platform/approval-store.ts';

const [stateDir = '', verb = '', id = '', by = 'al'] = process.argv.slice(2);
if (verb === 'open') await openWhenTold();
else await act(await ApprovalStore.open(stateDir));

async function openWhenTold(): Promise<void> {
  await import('node:sqlite');
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [at, directory = ''] = line.split(' ');
    // Sleeping would let the others be first.
    while (Date.now() < Number(at));
    console.log(await outcomeOf(ApprovalStore.open(directory)));
  }
}

async function outcomeOf(opening: Promise<ApprovalStore>): Promise<string> {
  try {
    (await opening).close();
    return 'opened';
  } catch (error) {
    return String(error);
  }
}

async function act(store: ApprovalStore): Promise<void> {
  if (verb === 'listen') {
    await store.listen(() => console.log('rung'));
    console.log('ready');
    process.stdin.resume();
    return;
  }
  console.log(JSON.stringify(await said(store)));
  store.close();
}

function said(store: ApprovalStore): Promise<unknown> {
  if (verb === 'consume') return store.consume(id);
  const verdict = verb === 'approve' ? 'approve' : 'deny';
  return store.decide(id, { by, groups: [], verdict, reason: '', at: Date.now(), attended: true });
}
