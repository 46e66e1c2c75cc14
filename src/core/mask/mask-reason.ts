import { randomBytes } from 'node:crypto';

let loading: Promise<(reason: string) => string> | undefined;

/** A justification as it is kept and told: people paste secrets into anything. */
export async function maskReason(reason: string): Promise<string> {
  loading ??= load();
  return (await loading)(reason);
}

// Who decides nothing needs none of the rules.
async function load(): Promise<(reason: string) => string> {
  const [{ createMasker }, { maskedString }, { Placeholders }] = await Promise.all([
    import('./masker.ts'),
    import('./masked-string.ts'),
    import('./placeholders.ts'),
  ]);
  const masker = createMasker({ placeholders: new Placeholders(randomBytes(32)) });
  return (reason) => maskedString(masker, reason);
}
