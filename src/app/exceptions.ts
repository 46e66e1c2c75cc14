import type { GlobMatcher } from '../core/glob.ts';

/** The file, beside `.git`. It is attacker-controlled like all of a project, and only `scan` of that project heeds it. */
export const EXCEPTIONS_FILE = 'hallpass.allow.yaml';

/** What may stay: all that it names has to fit. */
export interface Exception {
  readonly fingerprint: string | undefined;
  readonly rule: string | undefined;
  readonly path: string | undefined;
  readonly reason: string | undefined;
  readonly matchesPath: GlobMatcher;
}

/** What an exception is held against. */
export interface Excusable {
  readonly fingerprint: string;
  readonly rule: string;
  readonly relative: string;
}

/** The first exception that fits. */
export function findException(finding: Excusable, exceptions: readonly Exception[]): Exception | undefined {
  return exceptions.find(
    ({ fingerprint, rule, matchesPath }) =>
      (fingerprint === undefined || fingerprint === finding.fingerprint) &&
      (rule === undefined || rule === finding.rule) &&
      matchesPath(finding.relative),
  );
}
