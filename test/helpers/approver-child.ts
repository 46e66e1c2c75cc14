/** Another process that decides or uses up an approval: `approver-child.ts STATE_DIR approve|deny|consume ID [BY]`. */
import process from 'node:process';

import { ApprovalStore } from '../../src/platform/approval-store.ts';

const [stateDir = '', verb = '', id = '', by = 'al'] = process.argv.slice(2);
const store = await ApprovalStore.open(stateDir);
console.log(JSON.stringify(await act()));
store.close();

function act(): Promise<unknown> {
  if (verb === 'consume') return store.consume(id);
  const verdict = verb === 'approve' ? 'approve' : 'deny';
  return store.decide(id, { by, groups: [], verdict, reason: '', at: Date.now(), attended: true });
}
