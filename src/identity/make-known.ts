import type { KnownValues } from '../core/mask/known-values.ts';
import type { Secret } from '../core/secret.ts';

/** From now on the value is masked wherever it turns up. `source` says in findings what it is. */
export function makeKnown(known: KnownValues, value: Secret, source: string): void {
  known.add(value.reveal(), source, { sure: true });
}
