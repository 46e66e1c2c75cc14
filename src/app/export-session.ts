import { isUtf8 } from 'node:buffer';

import { LIMITS } from '../core/limits.ts';
import { asciicast } from '../core/review/asciicast.ts';
import type { ReadPayload } from '../core/session/payload-reader.ts';
import { parseSsh } from '../core/session/sshsig.ts';
import { acceptedAt, parseReceipt } from '../core/tlog/receipt.ts';
import { opensshCheck, type OpensshTrust } from './openssh-check.ts';
import type { OpenedSession } from './session-port.ts';
import type { SessionsDeps } from './sessions.ts';
import { inspectSession, type Inspected, readEvents } from './show-session.ts';
import type { VerifyDeps } from './verify.ts';

export interface BundleDeps extends VerifyDeps {
  /** Makes a new directory; throws when it is there already. */
  makeDirectory(path: string): void;
  /** Writes a new file. */
  writeFile(path: string, content: string): void;
  readonly allowedSigners: string | undefined;
}

export interface ExportedHeader {
  readonly session: string;
  readonly checkpoint: string | null;
  readonly signature: string | null;
}

/**
 * A session for a JSON document: the seal as it is, and every event with its payload as `text`, or `base64` where it is
 * not UTF-8. Events are read as they are taken, so that a long session needs no memory.
 */
export async function exportJson(
  query: string,
  deps: VerifyDeps,
): Promise<{ header: ExportedHeader; events: Iterable<unknown>; inspected: Inspected }> {
  const inspected = await inspectSession(query, deps);
  const { session } = inspected;
  const opened = deps.sessions.open(session);
  opened.close();
  const { checkpoint = null, signature = null } = opened;
  return { header: { session, checkpoint, signature }, events: exportedEvents(session, deps), inspected };
}

function* exportedEvents(session: string, { sessions }: SessionsDeps): Generator {
  for (const { event, payload } of readEvents(() => sessions.open(session), LIMITS.messageBytes)) {
    yield payload === undefined ? event : { ...event, payload: { ...event.payload, ...contentOf(payload) } };
  }
}

/** A session as an asciicast v2, line by line, read as it is taken. */
export async function exportCast(
  query: string,
  deps: VerifyDeps,
): Promise<{ lines: Iterable<string>; inspected: Inspected }> {
  const inspected = await inspectSession(query, deps);
  const events = readEvents(() => deps.sessions.open(inspected.session), LIMITS.messageBytes);
  return { lines: asciicast(events), inspected };
}

/** Copies a session with all that is needed to verify it elsewhere. Returns where it is. */
export async function exportBundle(
  input: { query: string; output: string | undefined },
  deps: BundleDeps,
): Promise<{ inspected: Inspected; directory: string }> {
  const inspected = await inspectSession(input.query, deps);
  const { session } = inspected;
  const directory = input.output ?? `hallpass-session-${session}`;
  deps.makeDirectory(directory);
  deps.sessions.copy(session, directory);
  if (deps.allowedSigners !== undefined) deps.writeFile(`${directory}/allowed_signers`, deps.allowedSigners);
  deps.writeFile(`${directory}/README.md`, readme(session, opensshTrust(deps.sessions.open(session))));
  return { inspected, directory };
}

function contentOf(payload: ReadPayload): Record<string, unknown> {
  if (payload.state !== 'stored') return { [payload.state]: true };
  return isUtf8(payload.bytes)
    ? { text: payload.bytes.toString() }
    : { base64: payload.bytes.toString('base64') };
}

// For the reader's own check, so the receipt may say what it likes: a time at which the certificate was not valid fails.
function opensshTrust(opened: OpenedSession): OpensshTrust {
  opened.close();
  const file = 'allowed_signers';
  const certificate = parseSsh(opened.signature ?? '')?.certificate;
  const [principal] = certificate?.principals ?? [];
  if (certificate === undefined || principal === undefined) return { by: 'key', file };
  const receipt = parseReceipt(opened.receipt ?? '');
  const at = receipt === undefined ? undefined : acceptedAt(receipt);
  return { by: 'authority', file, principal, at: at ?? certificate.validAfter * 1000 };
}

function readme(session: string, trust: OpensshTrust): string {
  const seal = { checkpoint: `${session}.checkpoint`, signature: `${session}.checkpoint.sig` };
  return `# Recorded session ${session}

- \`${session}.jsonl\`: the events, one a line
- \`${session}.payloads\`: the masked bytes they are about
- \`${session}.checkpoint\`, \`${session}.checkpoint.sig\`: the root of the events' Merkle tree, and the signature over it
- \`${session}.receipt\`, if there is one: a hub's proof, by its transparency log, of what it accepted and when
- \`allowed_signers\`: the keys of the machine that recorded it, and of the hubs it knows. Compare the key with one you
  got in another way: who could change the files above could change this one too.

Check all claims with hallpass:

    hallpass verify --allowed-signers allowed_signers ./${session}.jsonl

Check the signature with OpenSSH alone:

    ${opensshCheck(seal, trust)}

A session that was sealed with a key of its own is not in allowed_signers; for it the check is
\`ssh-keygen -Y check-novalidate\`, and proves only that nothing changed since it was sealed.
docs/session-format.md of hallpass describes the format, and how to check the tree and payloads without hallpass.
`;
}
