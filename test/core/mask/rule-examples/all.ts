import { AI_TOOL_EXAMPLES } from './ai-tools.ts';
import { IDENTITY_EXAMPLES } from './identity.ts';
import { MESSAGING_EXAMPLES } from './messaging.ts';
import { PAYMENT_EXAMPLES } from './payment.ts';
import { PRODUCTIVITY_EXAMPLES } from './productivity.ts';
import { CLOUD_EXAMPLES } from './cloud.ts';
import type { RuleExamples } from './examples.ts';

/** One file for each file of rules. */
export const RULE_EXAMPLES: readonly RuleExamples[] = [
  ...CLOUD_EXAMPLES,
  ...AI_TOOL_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...MESSAGING_EXAMPLES,
  ...PAYMENT_EXAMPLES,
  ...PRODUCTIVITY_EXAMPLES,
];
