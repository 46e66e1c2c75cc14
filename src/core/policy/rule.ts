import type { Masking } from '../mask/central/central.ts';
import type { ApprovalTerms, VerdictName } from './decision.ts';
import type { PolicyCall } from './call.ts';
import type { DefinitionRules } from './definitions/definition.ts';
import type { RestoreRule } from './restore-rule.ts';
import type { Severity } from './severity.ts';

/**
 * A rule's condition, compiled: true or false, or why it can't be told. What can't be told is never taken for a no.
 * Bounded time whatever the call holds.
 */
export type Condition = (call: PolicyCall) => boolean | { readonly failed: string };

/** What a rule is about, by names that need no condition. Undefined: all. */
export interface Subject {
  readonly connection?: NameTest;
  readonly direction?: NameTest;
  readonly method?: NameTest;
  readonly tool?: NameTest;
}

export type NameTest = (name: string) => boolean;

export interface PolicyRule {
  /** `policy/rule`, as verdicts name it. */
  readonly id: string;
  readonly on: Subject;
  readonly when: Condition | undefined;
  readonly verdict: VerdictName;
  readonly reason: string;
  /** Of `hold` only. */
  readonly terms: ApprovalTerms | undefined;
  readonly risk: Severity;
  /** What it is about in the words of its file, for people. */
  readonly text?: RuleText;
}

export interface RuleText {
  readonly on: Readonly<Record<string, string | readonly string[]>>;
  readonly when: string | undefined;
}

/** Rules of one hand, in order: the first that matches decides. */
export interface PolicyLayer {
  /** What verdicts name where no rule speaks: `guard`, `hub`, `project`. */
  readonly name: string;
  /** Name and digest of the text it was read from, for the record. */
  readonly version: string;
  readonly rules: readonly PolicyRule[];
  /** What is done about definitions that changed or talk to the model. Missing: nothing is added to what other layers say. */
  readonly definitions?: DefinitionRules;
  /** What it has masked beside what always is. A project's has nothing to say there. */
  readonly masking?: Masking | undefined;
  /** Which secrets tools may have again. A project's has nothing to say there either. */
  readonly restores?: readonly RestoreRule[];
  /** Whether what a person excepts may pass unmasked. Missing: a hub's says no, a person's own says yes. */
  readonly exceptions?: ExceptionsWord;
}

export type ExceptionsWord = 'allow' | 'deny';
