import type { Excuse } from '../app/excuse.ts';
import type { ScanFinding } from '../app/scan.ts';
import type { FindingKind } from '../core/mask/finding.ts';
import { BUILT_IN_RULES } from '../core/mask/rules/built-in.ts';
import { VENDOR_RULES } from '../core/mask/rules/vendors.ts';
import { visible } from '../core/visible.ts';

/** What made the engine judge so, for each kind of evidence; docs/detection.md says it at length. */
const EVIDENCE: Readonly<Record<FindingKind, string>> = {
  known: 'it is a value that is known to be secret',
  vendor: 'a vendor documents this format; the value itself is not judged',
  structure: 'its structure alone tells it',
  context:
    'the name it is given speaks of a credential, and the value looks like one: no reference, word, path or example',
  field: 'a field of this name holds secrets, whatever the value is',
};

/** A rule as a person may look it up. */
export interface RuleInfo {
  readonly what: string;
  readonly source: string | undefined;
}

/** What a rule looks for, and who documents it. */
export function ruleInfo(rule: string): RuleInfo | undefined {
  const vendor = VENDOR_RULES.find(({ id }) => id === rule);
  if (vendor !== undefined) return { what: vendor.name, source: vendor.source };
  const own = BUILT_IN_RULES.find(({ id }) => id === rule);
  return own && { what: own.what, source: own.source };
}

/** Which rule, why it was judged so, and what would allow it, or what has. */
export function explainLines(finding: ScanFinding, excuse?: Excuse): string[] {
  const { rule, kind, fingerprint } = finding;
  const info = ruleInfo(rule);
  const source = info?.source === undefined ? '' : `  ${info.source}`;
  return [
    ...(info === undefined ? [] : [`    rule    ${info.what}${source}`]),
    `    judged  ${EVIDENCE[kind]}`,
    ...(excuse === undefined
      ? [
          `    allow   hallpass allow ${fingerprint}`,
          `            or in a comment on this line or the one above: hallpass:allow ${rule} — why`,
        ]
      : [`    allowed ${excusedBy(excuse)}`]),
  ];
}

/** The same as data. */
export function explainObject({ rule, kind, fingerprint }: ScanFinding): object {
  const info = ruleInfo(rule);
  return {
    what: info?.what,
    source: info?.source,
    evidence: kind,
    judged: EVIDENCE[kind],
    allow: `hallpass allow ${fingerprint}`,
    comment: `hallpass:allow ${rule}`,
  };
}

function excusedBy({ by, reason }: Excuse): string {
  const what = { comment: 'by a comment', exception: 'by hallpass.allow.yaml', baseline: 'by the baseline' }[
    by
  ];
  return reason === undefined ? what : `${what}: ${visible(reason, { oneLine: true })}`;
}
