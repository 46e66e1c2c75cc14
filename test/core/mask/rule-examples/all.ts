import { AI_TOOL_EXAMPLES } from './ai-tools.ts';
import { AI_EXAMPLES } from './ai.ts';
import { CLOUD_EXAMPLES } from './cloud.ts';
import type { RuleExamples } from './examples.ts';
import { IDENTITY_EXAMPLES } from './identity.ts';
import { MESSAGING_PAYMENT_EXAMPLES } from './messaging-payment.ts';
import { MESSAGING_EXAMPLES } from './messaging.ts';
import { PAYMENT_EXAMPLES } from './payment.ts';
import { PRODUCTIVITY_EXAMPLES } from './productivity.ts';
import { SERVICE_EXAMPLES } from './services.ts';

/** One file for each file of rules. */
export const RULE_EXAMPLES: readonly RuleExamples[] = [
  ...CLOUD_EXAMPLES,
  ...AI_TOOL_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...MESSAGING_EXAMPLES,
  ...PAYMENT_EXAMPLES,
  ...PRODUCTIVITY_EXAMPLES,
  ...AI_EXAMPLES,
  ...MESSAGING_PAYMENT_EXAMPLES,
  ...SERVICE_EXAMPLES,
];
