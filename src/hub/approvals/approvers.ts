import type { ApprovalTerms } from '../../core/policy/decision.ts';
import { LIMITS } from '../../core/limits.ts';
import { type ApproverRule, isNamed } from '../config.ts';
import type { Person } from '../tokens/issuer.ts';

/** The rules for a connection: those that name it, else those that name none. */
export function rulesFor(rules: readonly ApproverRule[], connection: string): readonly ApproverRule[] {
  const own = rules.filter((rule) => rule.connection === connection);
  return own.length > 0 ? own : rules.filter((rule) => rule.connection === undefined);
}

/** Whether somebody may decide a connection's calls, and how. */
export function powersOf(
  rules: readonly ApproverRule[],
  connection: string,
  person: Person,
): { readonly approve: boolean; readonly breakGlass: boolean } {
  const theirs = rulesFor(rules, connection).filter(({ who }) => isNamed(who, person));
  return { approve: theirs.length > 0, breakGlass: theirs.some(({ breakGlass }) => breakGlass) };
}

/**
 * The terms under which a call is decided here. What the client says of them is said on the requester's machine: it can
 * ask for more people than the hub wants, and never for fewer.
 */
export function termsHere(
  terms: ApprovalTerms,
  rules: readonly ApproverRule[],
  requester: Person,
): ApprovalTerms {
  const mayDecideOwn = rules.some(({ self, who }) => self && isNamed(who, requester));
  return {
    approvals: Math.max(terms.approvals, ...rules.map(({ approvals }) => approvals)),
    groups: terms.groups,
    self: terms.self && mayDecideOwn,
    expiresMs: Math.min(terms.expiresMs, LIMITS.approvalMaxMs),
  };
}
