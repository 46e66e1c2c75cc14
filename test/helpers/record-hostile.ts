import type { DefinitionBody, StartDetails } from '../../src/core/session/event.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { systemKeychain } from '../../src/platform/keychain.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { openSession, type SessionWriter } from '../../src/platform/session-store.ts';
import { openVault } from '../../src/platform/vault.ts';
import type { Sandbox } from './hallpass.ts';
import { message, START } from './recorded-session.ts';

/**
 * Two sessions, as this sandbox's hallpass would have recorded them, in which whatever an attacker writes is one of these
 * texts: first a command's output, then a connection's calls, names, reasons, definitions and errors.
 */
export async function recordHostile(box: Sandbox, texts: readonly string[]): Promise<void> {
  const [first = ''] = texts.slice(40);
  await record(box, { ...START, session_kind: 'run', argv: texts.slice(0, 20) }, (session) => {
    for (const text of texts)
      session.append({ kind: 'output', stream: 'terminal', findings: [] }, Buffer.from(text));
  });
  const names = { connection: `evil ${first}`, workspace: first, upstream: texts.slice(0, 50).join(' ') };
  await record(box, { ...START, ...names }, (session) => writeCalls(session, texts));
}

async function record(
  box: Sandbox,
  start: StartDetails,
  write: (session: SessionWriter) => void,
): Promise<void> {
  const environment = readEnvironment(box.env);
  const paths = hallpassPaths(environment);
  const { keychain: choice, passphrase } = environment;
  const { signer } = await openVault({ ...paths, choice, passphrase, keychain: systemKeychain });
  const session = await openSession(start, { sessionsDir: paths.sessionsDir, signer });
  write(session);
  await session.seal({ reason: 'closed' });
}

function writeCalls(session: SessionWriter, texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) {
    const finding = { rule: text, at: `/${text}`, placeholder: text, why: text };
    const verdict = { outcome: 'deny', reason: text, rule: text } as const;
    const id = JSON.stringify(text);
    session.append(
      message({ method: 'tools/call', id, tool: text, findings: [finding], verdict }),
      Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: text, params: { name: text, [text]: at } })),
    );
    session.append({ kind: 'stderr', findings: [] }, Buffer.from(text));
  }
  session.append(definitionOf(texts));
  session.append({ kind: 'error', code: texts[60] ?? '', message: texts.slice(60, 80).join('') });
  const all = Object.fromEntries(texts.map((text, at) => [`${at} ${text}`, text]));
  session.append(
    message({ method: 'tools/call', id: '"all"', tool: 'sink' }),
    Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 'all', params: { arguments: all } })),
  );
}

function definitionOf(texts: readonly string[]): DefinitionBody {
  const fields = texts
    .slice(0, 40)
    .map((text) => ({ at: `/${text}`, before: text, after: `${text}${text}` }));
  const [name = '', reason = ''] = texts.slice(70);
  return { kind: 'definition', change: 'changed', what: 'tool', action: 'flag', name, reason, fields };
}
