import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import type { Secret } from '../core/secret.ts';

/**
 * Whether a value can be kept, and masked wherever it turns up; a `weak` one is masked only where the text around it says
 * that it is a secret. Throws ERR_USAGE.
 */
export function checkValue(value: Secret): { readonly weak: boolean } {
  const text = value.reveal();
  if (Buffer.byteLength(text) > LIMITS.secretBytes)
    throw new HallpassError('ERR_USAGE', `the value is longer than ${LIMITS.secretBytes} bytes`);
  const outcome = new KnownValues().add(text, '', { sure: true });
  if (outcome === 'too-short')
    throw new HallpassError('ERR_USAGE', 'the value is shorter than 4 bytes, too short for a secret', {
      hint: 'The value comes from stdin, or is asked for on a terminal.',
    });
  return { weak: outcome === 'short' };
}
