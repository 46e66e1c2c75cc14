import { randomBytes } from 'node:crypto';

import { toBytes, toText } from '../../core/bytes.ts';

let loading: Promise<(reason: string) => string> | undefined;

/** A justification as it is kept and told: people paste secrets into anything. */
export async function maskReason(reason: string): Promise<string> {
  loading ??= load();
  return (await loading)(reason);
}

// A hub that decides nothing needs none of the rules.
async function load(): Promise<(reason: string) => string> {
  const [{ createMasker }, { Placeholders }] = await Promise.all([
    import('../../core/mask/masker.ts'),
    import('../../core/mask/placeholders.ts'),
  ]);
  const masker = createMasker({ placeholders: new Placeholders(randomBytes(32)) });
  return (reason) => toText(masker.maskText(toBytes(reason)).bytes);
}
