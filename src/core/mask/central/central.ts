import type { JsonPath } from '../../jsonrpc/json-walk.ts';
import type { Severity } from '../../policy/severity.ts';
import type { Anchor } from '../anchors.ts';
import type { PiiKind } from '../pii.ts';
import type { Rule } from '../rules/rule.ts';
import type { CentralPattern } from './pattern.ts';

/** Fields whose values are hidden, whatever they are. */
export interface CentralField {
  readonly rule: string;
  readonly why: string;
  /** True for the name of a field, as it stands there. */
  readonly named: (name: string) => boolean;
  /** True for a place in a message; undefined: it is told by names alone. */
  readonly placed: ((path: JsonPath) => boolean) | undefined;
}

/** What a policy adds to the rules that ship, ready to be looked for. */
export interface CentralRules {
  readonly patterns: readonly CentralPattern[];
  readonly fields: readonly CentralField[];
  readonly severities: ReadonlyMap<string, Severity>;
  /** The vendor rules that stay; undefined: all that ship. */
  readonly vendors: readonly Rule[] | undefined;
  readonly pii: readonly PiiKind[];
  /** Rules that ship and whose findings a hub has masked whatever a person excepts; undefined: none. */
  readonly bound?: ReadonlySet<string>;
}

/** A text by which whoever wrote a rule says what it is to do. It may look like a secret, and stands in no message. */
export interface MaskingSample {
  readonly rule: string;
  /** From 0, of those of its rule and kind. */
  readonly at: number;
  readonly kind: 'masked' | 'clear';
  readonly text: string;
}

/** The `masking:` of a policy. */
export interface Masking extends CentralRules {
  readonly samples: readonly MaskingSample[];
}

/** The literals of patterns as something to search for. They find nothing themselves: they tell where to look. */
export function patternAnchors(patterns: readonly CentralPattern[]): Anchor[] {
  return patterns.flatMap((pattern) =>
    pattern.literals.map(({ text, isExact }) => ({
      literal: text,
      isExact,
      isMark: true,
      match: ({ start, around }) => {
        around.marks.push({ pattern, at: start });
        return undefined;
      },
    })),
  );
}

/** The field that a value is hidden as; undefined: none. */
export function fieldAt(
  { fields }: CentralRules,
  path: JsonPath,
  name: string | undefined,
): CentralField | undefined {
  return fields.find(({ named, placed }) => (name !== undefined && named(name)) || placed?.(path) === true);
}
