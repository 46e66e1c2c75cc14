import { base62, hex, lowerAlnum, type RuleExamples, uuid } from './examples.ts';

/** Of `rules/ai-tools.ts`. */
export const AI_TOOL_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'langfuse_secret_key',
    positives: [() => `sk-lf-${uuid()}`, () => `sk-lf-${uuid(2)}`],
    misses: [() => `pk-lf-${uuid()}`, () => `sk-lf-${hex(32)}`],
  },
  {
    id: 'e2b_key',
    positives: [() => `e2b_${hex(40)}`, () => `e2b_${hex(40, 2)}`],
    misses: [() => `e2b_${hex(39)}`, () => 'e2b_code_interpreter'],
  },
  {
    id: 'llamacloud_key',
    positives: [() => `llx-${base62(48)}`, () => `llx-${base62(48, 2)}`],
    misses: [() => `llx-${base62(47)}`, () => `llx_${base62(48)}`],
  },
  {
    id: 'devin_key',
    positives: [() => `cog_${lowerAlnum(52)}`, () => `apk_user_${base62(60)}=`, () => `apk_${base62(88)}`],
    misses: [() => 'cog_wheel_icon', () => 'apk_user_id', () => `apk_${base62(16)}`],
  },
  {
    id: 'apify_token',
    positives: [() => `apify_api_${base62(36)}`, () => `apify_api_${base62(36, 2)}`],
    misses: [() => `apify_api_${base62(35)}`, () => 'apify_api_token'],
  },
  {
    id: 'runpod_key',
    positives: [() => `rpa_${base62(46)}`, () => `rpa_${base62(49)}`],
    misses: [() => `rpa_${base62(20)}`, () => 'rpa_process_automation'],
  },
  {
    id: 'helicone_key',
    positives: [
      () => `sk-helicone-${[1, 2, 3, 4].map((seed) => lowerAlnum(7, seed)).join('-')}`,
      () => `sk-helicone-${[5, 6, 7, 8].map((seed) => lowerAlnum(7, seed)).join('-')}`,
    ],
    misses: [() => `sk-helicone-${lowerAlnum(7)}`, () => 'sk-helicone-proxy-example-key-value'],
  },
  {
    id: 'cerebras_key',
    positives: [() => `csk-${lowerAlnum(48)}`, () => `csk-${lowerAlnum(48, 2)}`],
    misses: [() => `csk-${lowerAlnum(40)}`, () => `csk-${lowerAlnum(49)}`],
  },
  {
    id: 'wandb_key',
    positives: [
      () => `wandb_v1_${base62(27)}_${base62(49)}`,
      () => `wandb_v1_${base62(27, 2)}_${base62(49, 2)}`,
    ],
    misses: [() => 'wandb_v1_run_summary', () => `wandb_v2_${base62(77)}`],
  },
];
