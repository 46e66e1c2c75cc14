import { randomBytes } from 'node:crypto';

import { unifiedDiff } from '../app/line-diff.ts';
import type { Proposal, SetupResult } from '../app/setup.ts';
import type { PlannedServer } from '../app/setup-plan.ts';
import type { UndoResult } from '../app/setup-undo.ts';
import { KnownValues } from '../core/mask/known-values.ts';
import { createMasker } from '../core/mask/masker.ts';
import { Placeholders } from '../core/mask/placeholders.ts';
import { visible } from '../core/visible.ts';
import { makeKnown } from '../identity/make-known.ts';
import { coloursFor } from './colour.ts';
import type { Terminal } from './terminal.ts';

/** Shows what would be written, secrets masked, and why a server is left alone. */
export function showProposal({ plan, files }: Proposal, terminal: Terminal): void {
  const colours = coloursFor({ isTty: terminal.stderrIsTty });
  const known = new KnownValues();
  for (const secret of plan.seen) makeKnown(known, secret, 'a setting of a server');
  const masker = createMasker({ known, placeholders: new Placeholders(randomBytes(32)) });
  const paint = { '+': colours.good, '-': colours.bad, '@': colours.quiet } as const;
  for (const { path, before, after } of files) {
    if (before === after) continue;
    terminal.note(`--- ${visible(path, { oneLine: true })}`);
    const diff = unifiedDiff(before, after).join('\n');
    // The file may be an attacker's: nothing in it may run in the terminal.
    for (const line of Buffer.from(masker.maskText(Buffer.from(diff)).bytes)
      .toString('utf8')
      .split('\n')) {
      const shown = visible(line.replaceAll('\t', '  ').replace(/\r$/, ''), { oneLine: true });
      terminal.note((paint[line[0] as keyof typeof paint] ?? ((text: string) => text))(shown));
    }
  }
  for (const server of plan.servers) terminal.note(serverLine(server));
  for (const key of plan.remaining)
    terminal.note(
      `hallpass: the value of ${visible(key, { oneLine: true })} stands elsewhere in the file, too, and stays there`,
    );
}

/** What setup did, for stdout. */
export function setupLine({ servers, secrets, file, written }: SetupResult): string {
  const wrapped = servers.filter(({ outcome }) => outcome === 'wrapped').length;
  if (wrapped === 0) return `nothing to do in ${visible(file, { oneLine: true })}`;
  const what = `${count(wrapped, 'server')} behind hallpass, ${count(secrets.length, 'secret')} moved to the keychain`;
  return written
    ? `${what}. Restart the client; hallpass setup … --undo takes it back`
    : `${what}: not written`;
}

/** What undoing did, for stdout. */
export function undoLine({ file, exact, kept, more }: UndoResult): string {
  const path = visible(file, { oneLine: true });
  const how = exact ? `${path} is byte for byte what it was` : `put back in ${path} what setup had changed`;
  const stays =
    kept.length === 0 ? '' : `; changed since, and left: ${visible(kept.join(', '), { oneLine: true })}`;
  return `${how}${stays}${more ? '; an earlier setup can be undone, too' : ''}`;
}

function serverLine(server: PlannedServer): string {
  const { name, project, outcome, why, moved, connection } = server;
  const where = project === undefined ? name : `${name} (${project})`;
  if (outcome === 'left') return `${says(where)}: left alone: ${says(why ?? '')}`;
  const secrets = moved.length === 0 ? '' : `, to the keychain: ${moved.join(', ')}`;
  const login = server.authorize ? `; if it wants a login: hallpass authorize ${connection}` : '';
  return says(
    `${where}: through hallpass${connection === undefined ? '' : ` as ${connection}`}${secrets}${login}`,
  );
}

function says(text: string): string {
  return visible(text, { oneLine: true });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
