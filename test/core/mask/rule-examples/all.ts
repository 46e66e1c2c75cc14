import { CLOUD_EXAMPLES } from './cloud.ts';
import type { RuleExamples } from './examples.ts';

/** One file for each file of rules. */
export const RULE_EXAMPLES: readonly RuleExamples[] = [...CLOUD_EXAMPLES];
