import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { rawPublicKey } from '../core/session/ssh-wire.ts';
import { parseLogKey } from '../core/tlog/note.ts';
import { requireSecure } from './address.ts';
import { askHub, type Fetch } from './ask.ts';
import type { Hub } from './login-state.ts';

const description = z.object({
  hub: z.string(),
  issuer: z.url(),
  client_id: z.string().min(1),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid']),
  ssh_ca: z.string().refine(isSshKey),
  log_key: z.string().refine((text) => parseLogKey(text) !== undefined),
  development: z.boolean().default(false),
});

/**
 * Asks a hub who it is (docs/hub-api.md, Discovery). `origin` is one by `hubOrigin`. Throws ERR_HUB_UNREACHABLE, ERR_HUB,
 * ERR_INSECURE_ADDRESS.
 */
export async function discoverHub(origin: string, ask: Fetch): Promise<Hub> {
  const { status, body } = await askHub(new URL('/.well-known/hallpass', origin), {}, ask);
  const parsed = description.safeParse(body);
  if (status !== 200 || !parsed.success)
    throw new HallpassError('ERR_HUB', `${origin} does not answer as a hub does (HTTP status ${status})`);
  if (parsed.data.hub !== origin) {
    throw new HallpassError('ERR_HUB', `the hub at ${origin} calls itself ${parsed.data.hub}`, {
      hint: `If that is the one you mean: hallpass login ${parsed.data.hub}`,
    });
  }
  requireSecure(parsed.data.issuer, 'the issuer of the hub');
  return parsed.data;
}

function isSshKey(line: string): boolean {
  const [type, key = '', ...rest] = line.split(' ');
  return (
    type === 'ssh-ed25519' && rest.length === 0 && rawPublicKey(Buffer.from(key, 'base64')) !== undefined
  );
}
