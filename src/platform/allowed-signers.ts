import { SEAL_NAMESPACE } from '../core/session/checkpoint.ts';
import { rawPublicKey, sshPublicKey } from '../core/session/ssh-wire.ts';
import { readSmallFile, replaceFile } from './files.ts';

/** The identity that stands before the device's key, for `ssh-keygen -Y verify -I`. */
export const DEVICE_PRINCIPAL = 'hallpass-device';

const MAX_BYTES = 1024 * 1024;
const NAMESPACE = `namespaces="${SEAL_NAMESPACE}"`;

/** Sees to it that the file names the device's key, keeping the lines of others (older keys, other devices). */
export function writeAllowedSigner(path: string, publicKey: Uint8Array): void {
  const line = allowedSigner(publicKey);
  const lines = (readSmallFile(path, MAX_BYTES)?.toString() ?? '').split('\n').filter((text) => text !== '');
  if (!lines.includes(line)) replaceFile(path, [...lines, line, ''].join('\n'));
}

/** A line of the file, as ssh-keygen(1) describes it under ALLOWED SIGNERS. */
export function allowedSigner(publicKey: Uint8Array): string {
  return `${DEVICE_PRINCIPAL} ${NAMESPACE} ssh-ed25519 ${sshPublicKey(publicKey).toString('base64')}`;
}

/** Writes a file that believes every key certified by one of these authorities, for whom its certificate names. */
export function writeAuthorities(path: string, authorities: readonly Uint8Array[]): void {
  replaceFile(path, authorityLines(authorities));
}

/** The lines of such a file. */
export function authorityLines(authorities: readonly Uint8Array[]): string {
  return authorities
    .map((key) => `* cert-authority,${NAMESPACE} ssh-ed25519 ${sshPublicKey(key).toString('base64')}\n`)
    .join('');
}

/** The Ed25519 authorities that a file allows to certify sealing keys, for whomever. */
export function readAuthorities(path: string): Buffer[] {
  const text = readSmallFile(path, MAX_BYTES)?.toString() ?? '';
  return text.split('\n').flatMap((line) => {
    const [principals, options, type, key = ''] = line.trim().split(/\s+/);
    if (principals !== '*' || options !== `cert-authority,${NAMESPACE}` || type !== 'ssh-ed25519') return [];
    return rawPublicKey(Buffer.from(key, 'base64')) ?? [];
  });
}

/** The Ed25519 keys that a file allows to seal sessions; undefined if there is no such file. */
export function readAllowedSigners(path: string): Buffer[] | undefined {
  const text = readSmallFile(path, MAX_BYTES)?.toString();
  return text?.split('\n').flatMap(allowedKey);
}

// `principals [options] keytype base64 [comment]`. A line with an option other than our namespace is left out: what
// it restricts (validity, certificate authorities) is not checked here, so it must not be trusted here.
function allowedKey(line: string): Buffer[] {
  const words = line.trim().split(/\s+/);
  const options = words[1] === 'ssh-ed25519' ? undefined : words[1];
  const [type, key = ''] = words.slice(options === undefined ? 1 : 2);
  if (line.startsWith('#') || type !== 'ssh-ed25519') return [];
  if (options !== undefined && options !== NAMESPACE) return [];
  const raw = rawPublicKey(Buffer.from(key, 'base64'));
  return raw === undefined ? [] : [raw];
}
