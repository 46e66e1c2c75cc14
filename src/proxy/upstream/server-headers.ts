import { HallpassError } from '../../core/errors.ts';
import type { HeaderFields } from '../../core/lane.ts';
import type { Secret } from '../../core/secret.ts';

/** Headers that a server gets with every request, whoever asks. */
export interface ServerHeaders {
  readonly headers?: HeaderFields | undefined;
  /** Those whose values are secret. They were checked to be for this server. */
  readonly secretHeaders?: Readonly<Record<string, Secret>>;
}

/** Named in small letters, as those of the client are, so that no header is there twice. */
export function headersOf({ headers = {}, secretHeaders = {} }: ServerHeaders): HeaderFields {
  const plain = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const secret = Object.entries(secretHeaders).map(
    ([name, value]) => [name.toLowerCase(), headerSafe(value)] as const,
  );
  return Object.fromEntries([...plain, ...secret]);
}

/** RFC 6750. Anything else than visible characters would be another header. */
export function bearer(shown: Secret): string {
  const value = shown.reveal();
  if (/^[\x21-\x7e]+$/.test(value)) return `Bearer ${value}`;
  throw new HallpassError('ERR_CONFIG', 'the credential holds characters that no header can');
}

function headerSafe(secret: Secret): string {
  const value = secret.reveal();
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value;
  throw new HallpassError('ERR_CONFIG', 'a secret for a header holds characters that no header can');
}
