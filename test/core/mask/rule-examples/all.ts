import { AI_TOOL_EXAMPLES } from './ai-tools.ts';
import { AI_EXAMPLES } from './ai.ts';
import { CLOUD_EXAMPLES } from './cloud.ts';
import { CLUSTER_EXAMPLES } from './clusters.ts';
import { CODE_HOSTING_EXAMPLES } from './code-hosting.ts';
import { DATA_EXAMPLES } from './data.ts';
import { DELIVERY_EXAMPLES } from './delivery.ts';
import type { RuleExamples } from './examples.ts';
import { HASH_EXAMPLES } from './hashes.ts';
import { HOSTING_EXAMPLES } from './hosting.ts';
import { IDENTITY_EXAMPLES } from './identity.ts';
import { MESSAGING_PAYMENT_EXAMPLES } from './messaging-payment.ts';
import { MESSAGING_EXAMPLES } from './messaging.ts';
import { OBSERVABILITY_EXAMPLES } from './observability.ts';
import { PAYMENT_EXAMPLES } from './payment.ts';
import { PRODUCTIVITY_EXAMPLES } from './productivity.ts';
import { REGISTRY_EXAMPLES } from './registries.ts';
import { SECRET_STORE_EXAMPLES } from './secret-stores.ts';
import { SELF_HOSTED_EXAMPLES } from './self-hosted.ts';
import { SERVICE_EXAMPLES } from './services.ts';
import { WALLET_EXAMPLES } from './wallets.ts';

/** One file for each file of rules. */
export const RULE_EXAMPLES: readonly RuleExamples[] = [
  ...AI_TOOL_EXAMPLES,
  ...AI_EXAMPLES,
  ...CLOUD_EXAMPLES,
  ...CLUSTER_EXAMPLES,
  ...CODE_HOSTING_EXAMPLES,
  ...DATA_EXAMPLES,
  ...DELIVERY_EXAMPLES,
  ...HASH_EXAMPLES,
  ...HOSTING_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...MESSAGING_PAYMENT_EXAMPLES,
  ...MESSAGING_EXAMPLES,
  ...OBSERVABILITY_EXAMPLES,
  ...PAYMENT_EXAMPLES,
  ...PRODUCTIVITY_EXAMPLES,
  ...REGISTRY_EXAMPLES,
  ...SECRET_STORE_EXAMPLES,
  ...SELF_HOSTED_EXAMPLES,
  ...SERVICE_EXAMPLES,
  ...WALLET_EXAMPLES,
];
