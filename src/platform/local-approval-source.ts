import type { Approval, Refused } from '../core/approvals/approval.ts';
import { maskReason } from '../core/mask/mask-reason.ts';
import { lackHere } from '../core/approvals/lack.ts';
import type { ApprovalSource, ListedApproval, Word } from '../core/approvals/source.ts';
import { ApprovalStore } from './approval-store.ts';
import { localSubject } from './identity.ts';

/** The approvals of this device, for the person before it. */
export async function localApprovalSource(stateDir: string): Promise<ApprovalSource> {
  const store = await ApprovalStore.open(stateDir);
  return {
    name: HERE,
    list: async (options) => store.list(options).toReversed().map(listed),
    find: async (id) => {
      const approval = store.find(id);
      return approval && listed(approval);
    },
    decide: (id, word) => decideHere(store, id, word),
    listen: (onChange) => store.listen(onChange),
    close: () => store.close(),
  };
}

const HERE = 'this device';

function listed(approval: Approval): ListedApproval {
  return { approval, at: HERE, url: undefined, lack: lackHere(approval.terms) };
}

// Nobody proves here to be a person: whatever has a shell as this user could say the same. It is never `attended`.
async function decideHere(
  store: ApprovalStore,
  id: string,
  { verdict, reason }: Word,
): Promise<Approval | Refused | undefined> {
  const said = { verdict, reason: reason === '' ? '' : await maskReason(reason) };
  return store.decide(id, { ...said, by: localSubject(), groups: [], at: Date.now(), attended: false });
}
