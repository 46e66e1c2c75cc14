import { allowsRule } from './allow-comment.ts';
import { type Exception, findException } from './exceptions.ts';
import type { ScanEvent, ScanFinding } from './scan.ts';

/** Why a finding counts no more. */
export interface Excuse {
  readonly by: 'comment' | 'exception' | 'baseline';
  readonly reason: string | undefined;
}

/** What a scan told, with what somebody has allowed set apart. */
export type JudgedEvent =
  | ScanEvent
  | { readonly kind: 'excused'; readonly finding: ScanFinding; readonly excuse: Excuse };

export interface ExcuseDeps {
  /** The exceptions of the project in this directory. */
  readonly exceptionsOf: (project: string) => Promise<readonly Exception[]>;
  /** Fingerprints of a baseline. */
  readonly baseline: ReadonlySet<string>;
}

/** Tells findings that count from those that somebody has allowed. */
export async function* excuse(
  events: AsyncIterable<ScanEvent>,
  deps: ExcuseDeps,
): AsyncGenerator<JudgedEvent> {
  for await (const event of events) {
    const found = event.kind === 'finding' ? await excuseFor(event.finding, deps) : undefined;
    if (event.kind === 'finding' && found !== undefined)
      yield { kind: 'excused', finding: event.finding, excuse: found };
    else yield event;
  }
}

async function excuseFor(finding: ScanFinding, deps: ExcuseDeps): Promise<Excuse | undefined> {
  const { allow, rule, project, fingerprint } = finding;
  if (allow !== undefined && allowsRule(allow, rule)) return { by: 'comment', reason: allow.reason };
  const exceptions = project === undefined ? [] : await deps.exceptionsOf(project);
  const exception = findException(finding, exceptions);
  if (exception !== undefined) return { by: 'exception', reason: exception.reason };
  return deps.baseline.has(fingerprint) ? { by: 'baseline', reason: undefined } : undefined;
}
