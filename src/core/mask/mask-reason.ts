import { randomBytes } from 'node:crypto';

import type { CentralRules } from './central/central.ts';

type Masked = (reason: string) => string;

/** By the rules of now: compiling those of a policy takes a while, and hardly ever are there others. */
let loading: { readonly central: CentralRules | undefined; readonly masked: Promise<Masked> } | undefined;

/** A justification as it is kept and told: people paste secrets into anything. `central`: what a policy has masked. */
export async function maskReason(reason: string, central?: CentralRules): Promise<string> {
  if (loading === undefined || loading.central !== central) loading = { central, masked: load(central) };
  return (await loading.masked)(reason);
}

// Who decides nothing needs none of the rules.
async function load(central: CentralRules | undefined): Promise<Masked> {
  const [{ createMasker }, { maskedString }, { Placeholders }] = await Promise.all([
    import('./masker.ts'),
    import('./masked-string.ts'),
    import('./placeholders.ts'),
  ]);
  const masker = createMasker({ placeholders: new Placeholders(randomBytes(32)), central });
  return (reason) => maskedString(masker, reason);
}
