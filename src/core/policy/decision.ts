import type { Severity } from './severity.ts';

/** What a policy says of a call, from the mildest to the strictest. */
export type VerdictName = 'allow' | 'hold' | 'deny';

/** Whose word a held call waits for. */
export interface ApprovalTerms {
  /** How many different people. */
  readonly approvals: number;
  /** Each of them is in one of these groups; none named: whoever may decide at all. */
  readonly groups: readonly string[];
  /** Whether the word of who asked counts, too. */
  readonly self: boolean;
  /** Milliseconds until nobody can decide any more. */
  readonly expiresMs: number;
}

/** One verdict, and why. */
export interface Decision {
  readonly outcome: VerdictName;
  /** `policy/rule`, or the policy's name where no rule spoke. */
  readonly rule: string;
  /** A sentence for a person, which holds nothing of the call. */
  readonly reason: string;
  /** Of `hold` only. */
  readonly terms?: ApprovalTerms;
  /** How much is at stake, for who decides. */
  readonly risk: Severity;
}

const STRICTNESS: Readonly<Record<VerdictName, number>> = { allow: 0, hold: 1, deny: 2 };

/** Whether `a` lets less through than `b`. */
export function isStricter(a: VerdictName, b: VerdictName): boolean {
  return STRICTNESS[a] > STRICTNESS[b];
}

/**
 * What several layers say together: the strictest of them. Of two that hold, both sets of terms are to be met: the more
 * people, the shorter time, nobody's own word unless both take it, and only groups that both name.
 */
export function strictest(decisions: readonly [Decision, ...Decision[]]): Decision {
  return decisions.reduce(stricter);
}

function stricter(first: Decision, second: Decision): Decision {
  if (isStricter(second.outcome, first.outcome)) return second;
  if (first.terms === undefined || second.terms === undefined) return first;
  return { ...first, terms: bothTerms(first.terms, second.terms) };
}

function bothTerms(a: ApprovalTerms, b: ApprovalTerms): ApprovalTerms {
  return {
    approvals: Math.max(a.approvals, b.approvals),
    groups: bothGroups(a.groups, b.groups),
    self: a.self && b.self,
    expiresMs: Math.min(a.expiresMs, b.expiresMs),
  };
}

// Where two name different groups, the first layer's stand: it is the one that a project can't write.
function bothGroups(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0) return b;
  const both = a.filter((group) => b.includes(group));
  return both.length === 0 ? a : both;
}
