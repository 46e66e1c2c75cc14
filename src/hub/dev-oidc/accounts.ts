/** Somebody the development provider knows. Any password will do. */
export interface Account {
  readonly name: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  /** What the account is there to show. */
  readonly purpose: string;
}

export const ACCOUNTS: readonly Account[] = [
  {
    name: 'developer',
    fullName: 'Dana Developer',
    groups: ['engineering'],
    purpose: 'may mint tokens for the connection demo',
  },
  { name: 'approver', fullName: 'Ash Approver', groups: ['approvers'], purpose: 'decides held calls' },
  { name: 'auditor', fullName: 'Alex Auditor', groups: ['auditors'], purpose: "reads everybody's sessions" },
  { name: 'stranger', fullName: 'Sam Stranger', groups: [], purpose: 'is in no group, and may do nothing' },
];

export function findAccount(name: unknown): Account | undefined {
  return ACCOUNTS.find((account) => account.name === name);
}
