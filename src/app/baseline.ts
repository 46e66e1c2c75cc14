import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';

const baseline = z.strictObject({
  version: z.literal(1),
  findings: z.array(
    z.strictObject({
      fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
      rule: z.string(),
      file: z.string(),
    }),
  ),
});

/** What a baseline says of a finding: nothing that tells the secret. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly relative: string;
}

/**
 * The fingerprints in a baseline.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function parseBaseline(text: string, file: string): Set<string> {
  const result = baseline.safeParse(parseJson(text));
  if (!result.success)
    throw new HallpassError('ERR_CONFIG', `${file} is no baseline that hallpass wrote`, {
      hint: `Write it anew: hallpass scan --baseline ${file} --write-baseline PATH`,
    });
  return new Set(result.data.findings.map(({ fingerprint }) => fingerprint));
}

/** A baseline of these findings: the same text for the same findings, one line each, so that merges are easy. */
export function baselineText(findings: readonly BaselineEntry[]): string {
  const lines = findings.map(({ fingerprint, rule, relative }) =>
    JSON.stringify({ file: relative, rule, fingerprint }),
  );
  const body = [...new Set(lines)].toSorted().map((line) => `    ${line}`);
  return `{\n  "version": 1,\n  "findings": [\n${body.join(',\n')}\n  ]\n}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
