import { base62, base64url, hex, lowerAlnum, type RuleExamples } from './examples.ts';

/** Of `rules/ai.ts`. */
export const AI_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'openai_key',
    positives: [
      () => `sk-proj-${base64url(156)}`,
      () => `sk-svcacct-${base64url(120)}`,
      () => `sk-admin-${base64url(124)}`,
      () => `sk-${base62(48)}`,
      () => ['sk-', base62(20), 'T3Blbk', 'FJ', base62(20, 2)].join(''),
    ],
    misses: [() => `sk-${base62(20)}`, () => 'sk-proj-settings-page-of-the-project'],
  },
  {
    id: 'anthropic_key',
    positives: [
      () => `sk-ant-api03-${base64url(93)}AA`,
      () => `sk-ant-admin01-${base64url(93)}AA`,
      () => `sk-ant-oat01-${base64url(93)}AA`,
    ],
    misses: [() => `sk-ant-api03-${base64url(40)}`, () => `sk-ant-${base64url(93)}`],
  },
  {
    id: 'huggingface_token',
    positives: [() => `hf_${base62(34)}`, () => `api_org_${base62(34)}`],
    misses: [() => `hf_${base62(20)}`, () => 'hf_hub_download'],
  },
  {
    id: 'groq_key',
    positives: [() => `gsk_${base62(52)}`, () => `gsk_${base62(52, 2)}`],
    misses: [() => `gsk_${base62(51)}`, () => `gsk-${base62(52)}`],
  },
  {
    id: 'xai_key',
    positives: [() => `xai-${base62(80)}`, () => `xai-${base62(84)}`],
    misses: [() => `xai-${base62(60)}`, () => `xai_${base62(80)}`],
  },
  {
    id: 'perplexity_key',
    positives: [() => `pplx-${base62(48)}`, () => `pplx-${base62(48, 2)}`],
    misses: [() => `pplx-${base62(47)}`, () => 'pplx-7b-online'],
  },
  {
    id: 'openrouter_key',
    positives: [() => `sk-or-v1-${hex(64)}`, () => `sk-or-v1-${hex(64, 2)}`],
    misses: [() => `sk-or-v1-${hex(63)}`, () => `sk-or-${hex(64)}`],
  },
  {
    id: 'replicate_token',
    positives: [() => `r8_${base62(37)}`, () => `r8_${base62(37, 2)}`],
    misses: [() => `r8_${base62(30)}`, () => `r9_${base62(37)}`],
  },
  {
    id: 'nvidia_key',
    positives: [() => `nvapi-${base64url(64)}`, () => `nvapi-${base64url(64, 2)}`],
    misses: [() => `nvapi-${base64url(30)}`, () => `nvapi_${base64url(64)}`],
  },
  {
    id: 'langsmith_key',
    positives: [() => `lsv2_pt_${hex(32)}_${hex(10)}`, () => `lsv2_sk_${hex(32)}_${hex(10)}`],
    misses: [() => `lsv2_pt_${hex(32)}`, () => `lsv2_xx_${hex(32)}_${hex(10)}`],
  },
  {
    id: 'tavily_key',
    positives: [() => `tvly-${base62(32)}`, () => `tvly-dev-${base62(32)}`],
    misses: [() => `tvly-${base62(31)}`, () => 'tvly-dev-environment'],
  },
  {
    id: 'firecrawl_key',
    positives: [() => `fc-${hex(32)}`, () => `fc-${hex(32, 2)}`],
    misses: [() => `fc-${hex(31)}`, () => `fc_${hex(32)}`],
  },
  {
    id: 'jina_key',
    positives: [() => `jina_${base64url(60)}`, () => `jina_${base64url(60, 2)}`],
    misses: [() => `jina_${base64url(40)}`, () => 'jina_embeddings'],
  },
  {
    id: 'pinecone_key',
    positives: [() => `pcsk_${base62(5)}_${base62(63)}`, () => `pcsk_${base62(6)}_${base62(58)}`],
    misses: [() => `pcsk_${base62(63)}`, () => `pcsk_${base62(5)}_${base62(20)}`],
  },
  {
    id: 'elevenlabs_key',
    positives: [() => `sk_${hex(48)}`, () => `sk_${hex(48, 2)}`],
    misses: [() => `sk_${hex(47)}`, () => `sk_${lowerAlnum(20)}`],
  },
  {
    id: 'brave_search_key',
    positives: [() => `BSA${base64url(28)}`, () => `BSA${base64url(27)}`],
    misses: [() => `BSA${base64url(20)}`, () => `BSB${base64url(28)}`],
    around: (token) => `X-Subscription-Token: ${token}\n`,
  },
];
