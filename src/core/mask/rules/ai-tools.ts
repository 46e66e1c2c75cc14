import type { Rule } from './rule.ts';

/** What agents and model applications are built, run and watched with. */
export const AI_TOOL_RULES: readonly Rule[] = [
  {
    id: 'langfuse_secret_key',
    name: 'a Langfuse secret key',
    shapes: ['sk-lf-<uuid>'],
    source: 'https://langfuse.com/faq/all/lost-secret-key',
  },
  {
    id: 'e2b_key',
    name: 'an E2B API key or access token',
    shapes: ['e2b_<hex:40>', 'sk_e2b_<hex:40>'],
    // Twenty bytes in hex; the prefixes stand in `constants.go` beside it.
    source: 'https://github.com/e2b-dev/infra/blob/main/packages/shared/pkg/keys/key.go',
  },
  {
    id: 'llamacloud_key',
    name: 'a LlamaCloud API key',
    shapes: ['llx-<alnum:48>'],
    source: 'https://developers.llamaindex.ai/python/framework/understanding/rag/loading/llamacloud',
  },
  {
    id: 'devin_key',
    name: 'a Devin API key',
    shapes: ['cog_<alnum:32-64>', 'apk_user_<padded:40-200>', 'apk_<alnum:40-200>'],
    source: 'https://docs.devin.ai/api-reference/authentication',
  },
  {
    id: 'apify_token',
    name: 'an Apify API token',
    shapes: ['apify_api_<alnum:36>'],
    source: 'https://docs.apify.com/platform/integrations/api',
  },
  {
    id: 'runpod_key',
    name: 'a Runpod API key',
    shapes: ['rpa_<alnum:40-60>'],
    source: 'https://docs.runpod.io/get-started/api-keys',
  },
  {
    id: 'helicone_key',
    name: 'a Helicone API key',
    shapes: ['sk-helicone-<alnum:7>-<alnum:7>-<alnum:7>-<alnum:7>'],
    source: 'https://docs.helicone.ai/helicone-headers/helicone-auth',
  },
  {
    id: 'cerebras_key',
    name: 'a Cerebras API key',
    shapes: ['csk-<loweralnum:48>'],
    source: 'https://inference-docs.cerebras.ai/api-reference',
  },
  {
    id: 'wandb_key',
    name: 'a Weights & Biases API key',
    shapes: ['wandb_v1_<word:60-90>'],
    source: 'https://docs.wandb.ai/models/support/find_api_key',
  },
];
