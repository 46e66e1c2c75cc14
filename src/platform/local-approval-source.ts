import type { Approval, Refused } from '../core/approvals/approval.ts';
import { lackHere } from '../core/approvals/lack.ts';
import type { ApprovalSource, ListedApproval, Word } from '../core/approvals/source.ts';
import { ApprovalStore } from './approval-store.ts';
import { localSubject } from './identity.ts';

/** What a person says is kept as `mask` makes it. */
export type MaskRemark = (text: string) => Promise<string>;

/** The approvals of this device, for the person before it. */
export async function localApprovalSource(stateDir: string, mask: MaskRemark): Promise<ApprovalSource> {
  const store = await ApprovalStore.open(stateDir);
  return {
    name: HERE,
    list: async (options) => store.list(options).toReversed().map(listed),
    find: async (id) => {
      const approval = store.find(id);
      return approval && listed(approval);
    },
    decide: async (id, { verdict, reason }) =>
      decideHere(store, id, { verdict, reason: reason === '' ? '' : await mask(reason) }),
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
  said: Word,
): Promise<Approval | Refused | undefined> {
  return store.decide(id, { ...said, by: localSubject(), groups: [], at: Date.now(), attended: false });
}
