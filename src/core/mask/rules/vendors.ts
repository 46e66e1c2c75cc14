import { AI_TOOL_RULES } from './ai-tools.ts';
import { AI_RULES } from './ai.ts';
import { CLOUD_RULES } from './cloud.ts';
import { CLUSTER_RULES } from './clusters.ts';
import { CODE_HOSTING_RULES } from './code-hosting.ts';
import { DATA_RULES } from './data.ts';
import { DELIVERY_RULES } from './delivery.ts';
import { HASH_RULES } from './hashes.ts';
import { HOSTING_RULES } from './hosting.ts';
import { IDENTITY_RULES } from './identity.ts';
import { MESSAGING_PAYMENT_RULES } from './messaging-payment.ts';
import { MESSAGING_RULES } from './messaging.ts';
import { OBSERVABILITY_RULES } from './observability.ts';
import { PAYMENT_RULES } from './payment.ts';
import { PRODUCTIVITY_RULES } from './productivity.ts';
import { REGISTRY_RULES } from './registries.ts';
import type { Rule } from './rule.ts';
import { SECRET_STORE_RULES } from './secret-stores.ts';
import { SELF_HOSTED_RULES } from './self-hosted.ts';
import { SERVICE_RULES } from './services.ts';
import { WALLET_RULES } from './wallets.ts';

/** All vendor formats that ship. Order does not matter: where several match, the longest wins. */
export const VENDOR_RULES: readonly Rule[] = [
  ...CODE_HOSTING_RULES,
  ...CLOUD_RULES,
  ...SECRET_STORE_RULES,
  ...REGISTRY_RULES,
  ...OBSERVABILITY_RULES,
  ...HOSTING_RULES,
  ...DELIVERY_RULES,
  ...DATA_RULES,
  ...CLUSTER_RULES,
  ...MESSAGING_PAYMENT_RULES,
  ...SERVICE_RULES,
  ...AI_RULES,
  ...AI_TOOL_RULES,
  ...IDENTITY_RULES,
  ...MESSAGING_RULES,
  ...PAYMENT_RULES,
  ...PRODUCTIVITY_RULES,
  ...WALLET_RULES,
  ...SELF_HOSTED_RULES,
  ...HASH_RULES,
];
