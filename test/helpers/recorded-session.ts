import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import type { MessageBody, StartDetails } from '../../src/core/session/event.ts';
import { type Signer, signerFromSeed } from '../../src/core/session/signer.ts';
import { type Trust, type Verification, verifySession } from '../../src/core/session/verify.ts';
import { SessionDirectory } from '../../src/platform/session-directory.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openSession } from '../../src/platform/session-store.ts';

export const START: StartDetails = {
  session_kind: 'connect',
  connection: 'files',
  subject: 'ada@analytical',
  workspace: '/home/ada/engine',
  upstream: 'mcp-server-filesystem .',
  policy: 'guard',
  attended: false,
  versions: { hallpass: '0.1.0', node: process.versions.node },
};

/** A message event; what matters to a test is overridden. */
export function message(changes: Partial<MessageBody> = {}): MessageBody {
  return {
    kind: 'message',
    direction: 'to_server',
    findings: [],
    verdict: { outcome: 'allow', reason: 'nothing speaks against it', rule: 'guard' },
    ...changes,
  };
}

/** A device key that is the same in every run. */
export const DEVICE: Signer = signerFromSeed(Buffer.alloc(32, 7), 'device');
export const TRUST: Trust = { keys: [DEVICE.publicKey], source: 'this device', explicit: false };

/** A machine from which nobody has logged in to a hub. */
export const NO_HUBS = {
  hubs: () => Promise.resolve([]),
  signers: { device: 'allowed_signers', writeAuthorities: () => 'hub_signers' },
};

/** A directory of its own, removed when the scope is left. */
export function temporaryDirectory(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Records a short session: a request with a finding, its response, words on stderr. */
export async function recordSession(directory: string, signer: Signer = DEVICE): Promise<SessionFiles> {
  const session = await openSession(START, { sessionsDir: directory, signer });
  const finding = {
    rule: 'github_pat',
    at: '/params/arguments/token',
    placeholder: 'hpm_github_pat_a1b2c3d4e5',
    why: 'shape',
  };
  session.append(
    message({ method: 'tools/call', id: '1', tool: 'read_file', findings: [finding] }),
    Buffer.from('{"jsonrpc":"2.0","id":1}'),
  );
  session.append(
    message({ direction: 'to_client', id: '1' }),
    Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'),
  );
  session.append({ kind: 'stderr', findings: [] }, Buffer.from('ready\n'));
  const { sealed, why } = await session.seal({ reason: 'client closed', exit_code: 0 });
  if (!sealed) throw new Error(why);
  return sessionsIn(directory).files(session.id);
}

/** The sessions in a directory; recovering seals with `signer`. */
export function sessionsIn(directory: string, signer: Signer = DEVICE): SessionDirectory {
  return new SessionDirectory(directory, () => Promise.resolve(signer));
}

export function verifyFiles(files: SessionFiles, trust: Trust = TRUST): Verification {
  const opened = sessionsIn('').openFile(files.log);
  try {
    return verifySession(opened, trust);
  } finally {
    opened.close();
  }
}

/** The status of each claim, by name. */
export function statuses({ claims }: Verification): Record<string, string> {
  return Object.fromEntries(claims.map(({ claim, status }) => [claim, status]));
}

/** The reason of one claim. */
export function reasonOf({ claims }: Verification, name: string): string {
  return claims.find(({ claim }) => claim === name)?.reason ?? '';
}

/** Copies the four files of a session into a new directory. */
export function copySession(files: SessionFiles, directory: string): SessionFiles {
  mkdirSync(directory, { recursive: true });
  const copy = sessionsIn(directory).files(files.id);
  for (const name of ['log', 'payloads', 'checkpoint', 'signature'] as const)
    writeFileSync(copy[name], readFileSync(files[name]));
  return copy;
}
