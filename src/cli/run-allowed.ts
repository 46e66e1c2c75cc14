import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** What has been allowed, as a table or a line of JSON each. */
export async function printAllowed({ json }: { readonly json: boolean }, terminal: Terminal): Promise<void> {
  const [{ listAllowed }, { exceptionFiles, keysHere }, { presentAllowed }] = await Promise.all([
    import('../app/allowed.ts'),
    import('./compose-allowed.ts'),
    import('./present-allowed.ts'),
  ]);
  const entries = await listAllowed(exceptionFiles(), () => keysHere((line) => terminal.note(line)));
  if (!json) return presentAllowed(entries, terminal);
  for (const entry of entries) terminal.json(entry);
}

export interface RemoveFlags {
  readonly exception: string;
  readonly connection?: string | undefined;
  readonly json: boolean;
}

/** Takes exceptions back, after showing what goes. */
export async function removeAllowed(
  { exception, connection, json }: RemoveFlags,
  terminal: Terminal,
): Promise<void> {
  const [{ planRemoval }, { exceptionFiles }, { showChange }] = await Promise.all([
    import('../app/allow-removal.ts'),
    import('./compose-allowed.ts'),
    import('./present-change.ts'),
  ]);
  const plan = planRemoval({ exception, connection }, exceptionFiles());
  showChange(plan, terminal);
  plan.write();
  if (plan.stays)
    terminal.note(
      `hallpass: it is allowed on all connections, and passes on ${visible(connection ?? '', { oneLine: true })} all the same`,
    );
  const { file, removed } = plan;
  if (json) terminal.json({ file, exception: plan.exception, removed });
  else terminal.result(`took back ${plan.exception} in ${file}`);
}
