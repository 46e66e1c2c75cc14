import process from 'node:process';

import type { FileChange } from '../app/allow.ts';
import { HallpassError } from '../core/errors.ts';
import type { Profile } from '../core/mask/profile.ts';
import { visible } from '../core/visible.ts';
import { findWorkspace } from '../platform/workspace.ts';
import { confirm } from './confirm.ts';
import { showChange } from './present-change.ts';
import type { Terminal } from './terminal.ts';

export interface AllowFlags {
  readonly finding: string;
  readonly paths: readonly string[];
  readonly profile: Profile;
  readonly reason?: string | undefined;
  readonly connection?: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Lets a finding of `scan` stand, or what was masked pass: a placeholder tells itself from a fingerprint. */
export function runAllow(flags: AllowFlags, terminal: Terminal): Promise<void> {
  return flags.finding.startsWith('hpm_') ? allowMasked(flags, terminal) : allowFound(flags, terminal);
}

async function allowFound(
  { finding, paths, profile, ...flags }: AllowFlags,
  terminal: Terminal,
): Promise<void> {
  if (flags.connection !== undefined)
    throw new HallpassError('ERR_USAGE', '--connection is for a placeholder: a fingerprint is of a file');
  const [{ allowFinding }, { allowDeps }] = await Promise.all([
    import('../app/allow.ts'),
    import('./compose-allow.ts'),
  ]);
  const deps = await allowDeps({ paths, profile }, terminal);
  const { reason, yes } = flags;
  const result = await allowFinding({ fingerprint: finding, reason, yes }, deps);
  if (flags.json) terminal.json(result);
  else terminal.result(`allowed ${result.fingerprint} in ${result.file}`);
}

async function allowMasked(flags: AllowFlags, terminal: Terminal): Promise<void> {
  const { finding: placeholder, paths, connection, reason, yes } = flags;
  if (paths.length > 0)
    throw new HallpassError('ERR_USAGE', 'a path is for a fingerprint: a placeholder is of no file', {
      hint: 'hallpass allow PLACEHOLDER, in the project in whose session it stands.',
    });
  const [{ allowValue }, { allowingIn }] = await Promise.all([
    import('../app/allow-value.ts'),
    import('./compose-allow-value.ts'),
  ]);
  const deps = await allowingIn(findWorkspace(process.cwd()), (line) =>
    terminal.note(`hallpass: ${visible(line)}`),
  );
  const asking = {
    show: (plan: FileChange & { readonly means: string }) => {
      terminal.note(plan.means);
      showChange(plan, terminal);
    },
    confirm: terminal.stdinIsTty && terminal.stderrIsTty ? confirm : undefined,
  };
  const result = await allowValue({ placeholder, connection, reason, yes }, asking, deps);
  if (flags.json) terminal.json(result);
  else terminal.result(`allowed ${placeholder} in ${result.file}`);
}
