import type { Rule } from './rule.ts';

/** Model vendors and what stands around them. */
export const AI_RULES: readonly Rule[] = [
  {
    id: 'openai_key',
    name: 'an OpenAI API key',
    shapes: [
      'sk-proj-<b64url:40-200>',
      'sk-svcacct-<b64url:40-200>',
      'sk-admin-<b64url:40-200>',
      'sk-None-<b64url:40-200>',
      'sk-<alnum:20>T3BlbkFJ<alnum:20>',
      'sk-<alnum:48>',
    ],
    source: 'https://platform.openai.com/docs/api-reference/authentication',
  },
  {
    id: 'anthropic_key',
    name: 'an Anthropic API key',
    shapes: [
      'sk-ant-api<digit:2>-<b64url:86-100>',
      'sk-ant-admin<digit:2>-<b64url:86-100>',
      'sk-ant-oat<digit:2>-<b64url:86-100>',
      'sk-ant-ort<digit:2>-<b64url:86-100>',
      'sk-ant-sid<digit:2>-<b64url:80-120>',
      'sk-ant-<loweralnum:5-9>-<b64url:86-120>',
    ],
    source: 'https://docs.claude.com/en/api/overview',
  },
  {
    id: 'huggingface_token',
    name: 'a Hugging Face token',
    shapes: ['hf_<alnum:34-37>', 'api_org_<alnum:34-37>'],
    source: 'https://huggingface.co/docs/hub/security-tokens',
  },
  {
    id: 'groq_key',
    name: 'a Groq API key',
    shapes: ['gsk_<alnum:52>'],
    source: 'https://console.groq.com/docs/quickstart',
  },
  {
    id: 'xai_key',
    name: 'an xAI API key',
    shapes: ['xai-<word:80-84>'],
    source: 'https://docs.x.ai/docs/tutorial',
  },
  {
    id: 'perplexity_key',
    name: 'a Perplexity API key',
    shapes: ['pplx-<alnum:48>'],
    source: 'https://docs.perplexity.ai/guides/getting-started',
  },
  {
    id: 'openrouter_key',
    name: 'an OpenRouter API key',
    shapes: ['sk-or-v1-<hex:64>'],
    source: 'https://openrouter.ai/docs/api-reference/authentication',
  },
  {
    id: 'replicate_token',
    name: 'a Replicate API token',
    shapes: ['r8_<b64url:37>'],
    source: 'https://replicate.com/docs/topics/security/api-tokens',
  },
  {
    id: 'nvidia_key',
    name: 'an NVIDIA API key',
    shapes: ['nvapi-<b64url:60-70>'],
    source: 'https://docs.api.nvidia.com/nim/docs/api-quickstart',
  },
  {
    id: 'langsmith_key',
    name: 'a LangSmith API key',
    shapes: ['lsv2_pt_<hex:32>_<hex:10>', 'lsv2_sk_<hex:32>_<hex:10>'],
    source: 'https://docs.langchain.com/langsmith/create-account-api-key',
  },
  {
    id: 'tavily_key',
    name: 'a Tavily API key',
    shapes: ['tvly-<alnum:32>', 'tvly-dev-<alnum:32>', 'tvly-prod-<alnum:32>'],
    source: 'https://docs.tavily.com/documentation/quickstart',
  },
  {
    id: 'firecrawl_key',
    name: 'a Firecrawl API key',
    shapes: ['fc-<hex:32>'],
    source: 'https://docs.firecrawl.dev/introduction',
  },
  {
    id: 'jina_key',
    name: 'a Jina AI API key',
    shapes: ['jina_<b64url:60>'],
    source: 'https://jina.ai/reader/',
  },
  {
    id: 'pinecone_key',
    name: 'a Pinecone API key',
    shapes: ['pcsk_<alnum:5-6>_<alnum:50-70>'],
    source: 'https://docs.pinecone.io/guides/projects/manage-api-keys',
  },
  {
    id: 'elevenlabs_key',
    name: 'an ElevenLabs API key',
    shapes: ['sk_<hex:48>'],
    source: 'https://elevenlabs.io/docs/api-reference/authentication',
  },
  {
    id: 'brave_search_key',
    name: 'a Brave Search API key',
    shapes: ['BSA<b64url:27-29>'],
    near: ['brave', 'bsa_', 'subscription'],
    source: 'https://api-dashboard.search.brave.com/app/documentation/web-search/get-started',
  },
];
