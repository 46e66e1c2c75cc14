import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import type { Minted } from '../identity/minters/minter.ts';
import { netrcText } from '../identity/netrc.ts';
import type { PlannedCredential } from './run-with.ts';

/** The first descriptor of a command that is none of its standard ones. */
const FIRST_DESCRIPTOR = 3;

export interface HandOverDeps {
  /** Puts it into a file of that name; returns the path. */
  readonly write: (name: string, value: string) => string;
  /** What the command will have in descriptors, from the third one on. */
  readonly descriptors: Secret[];
}

/** Puts a credential where the command will find it. Returns the variables that say where. */
export function handOver(
  minted: Minted,
  { connection, inject, machine }: Pick<PlannedCredential, 'connection' | 'inject' | 'machine'>,
  { write, descriptors }: HandOverDeps,
): Readonly<Record<string, string>> {
  const { credential, login, variables = {} } = minted;
  if ('libpq' in inject) return variables;
  if ('env' in inject) return { [inject.env]: credential.reveal() };
  if ('file' in inject) return { [inject.file]: write(connection, credential.reveal()) };
  if ('fd' in inject) return { [inject.fd]: String(descriptor(credential, connection, descriptors)) };
  const entry = {
    machine: machine ?? login?.machine ?? '',
    login: inject.login ?? login?.user ?? connection,
    password: login?.password ?? credential,
  };
  return { [inject.netrc]: write(`${connection}.netrc`, netrcText(entry)) };
}

// A pipe takes so much while nobody reads, and the command may never do so.
function descriptor(credential: Secret, connection: string, descriptors: Secret[]): number {
  if (Buffer.byteLength(credential.reveal()) > LIMITS.injectedDescriptorBytes)
    throw new HallpassError('ERR_USAGE', `the credential of ${connection} is too long for a descriptor`, {
      hint: 'inject: { file: NAME } takes one of any length.',
    });
  return FIRST_DESCRIPTOR + descriptors.push(new Secret(credential.reveal())) - 1;
}
