import { base32, type RuleExamples } from './examples.ts';

/** Of `rules/cloud.ts`. */
export const CLOUD_EXAMPLES: readonly RuleExamples[] = [
  {
    id: 'aws_access_key_id',
    positives: [() => `AKIA${base32(16)}`, () => `ASIA${base32(16, 2)}`],
    misses: [() => `AKIA${base32(15)}`, () => `AKIA${base32(17)}`, () => `AKIB${base32(16)}`],
  },
];
