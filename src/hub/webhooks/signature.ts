import { createHmac } from 'node:crypto';

import { HallpassError } from '../../core/errors.ts';

// Standard Webhooks 1.0.0, "Signature scheme": at least 192 bits, 512 at most.
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const PREFIX = 'whsec_';

/**
 * Reads the secrets that sign a webhook's deliveries: the new one first, and in a line of its own one that is being
 * replaced, where there is any.
 *
 * @throws {HallpassError} ERR_CONFIG, which says nothing of what stands there
 */
export function readSecrets(text: string, where: string): readonly Buffer[] {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map(keyOf);
  const good = keys.filter((key) => key !== undefined);
  if (good.length > 0 && good.length === keys.length) return good;
  throw new HallpassError(
    'ERR_CONFIG',
    `${where} has to hold ${PREFIX} and ${MIN_BYTES} to ${MAX_BYTES} bytes in base64`,
    { hint: `For example: echo "${PREFIX}$(openssl rand -base64 32)"` },
  );
}

/** The headers that authenticate a delivery (Standard Webhooks 1.0.0, "Webhook headers"): `at` in seconds. */
export function signedHeaders(
  keys: readonly Buffer[],
  { id, at, body }: { id: string; at: number; body: string },
): Record<string, string> {
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signatures.join(' '),
  };
}

function keyOf(line: string): Buffer | undefined {
  const text = line.startsWith(PREFIX) ? line.slice(PREFIX.length) : '';
  const key = Buffer.from(text, 'base64');
  // Node leaves out what is no base64; with any left out it isn't what was meant.
  const isExact = key.toString('base64').replaceAll('=', '') === text.replaceAll('=', '');
  return isExact && key.length >= MIN_BYTES && key.length <= MAX_BYTES ? key : undefined;
}
