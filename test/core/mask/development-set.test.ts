import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import type { Profile } from '../../../src/core/mask/profile.ts';

const DATA = fileURLToPath(new URL('../../../../shared/detection/dev.jsonl.gz', import.meta.url));

interface Sample {
  readonly source: string;
  readonly label: 'secret' | 'clean';
  readonly text_b64: string;
  readonly identifier?: boolean;
}

// The floor is what was reached; bench/detect-dev.ts prints the numbers by source.
test('finds most secrets of the development set, and leaves most clean texts alone', (context) => {
  if (!existsSync(DATA)) context.skip('../shared/detection is not here');
  const samples = gunzipSync(readFileSync(DATA))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample);
  const share = (profile: Profile, of: Sample[]): number => {
    const detector = createDetector({ profile });
    const isFound = ({ text_b64 }: Sample): boolean =>
      detector.detect(Buffer.from(text_b64, 'base64')).length > 0;
    return of.filter(isFound).length / of.length;
  };
  const secrets = samples.filter(({ label, identifier }) => label === 'secret' && identifier !== true);
  const clean = samples.filter(({ label }) => label === 'clean');
  expect(share('mask', secrets)).toBeGreaterThanOrEqual(0.905);
  expect(share('alert', secrets)).toBeGreaterThanOrEqual(0.855);
  expect(share('mask', clean)).toBeLessThanOrEqual(0.235);
  expect(share('alert', clean)).toBeLessThanOrEqual(0.2);
});
