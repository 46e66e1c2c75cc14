import { judge, type ValueKind } from './judge.ts';
import type { NameStrength } from './names.ts';
import { DOUBTFUL } from './profile.ts';

/** What is no secret whatever the field is called. */
const TRIVIAL: Record<NameStrength, ReadonlySet<ValueKind>> = {
  field: new Set<ValueKind>(['reference', 'dummy']),
  strong: new Set<ValueKind>(['empty', 'reference', 'dummy', 'common', 'plain', 'words']),
  weak: new Set<ValueKind>(['empty', 'reference', 'dummy', 'common', 'plain', 'words', 'mixed']),
};
const NOTHING = /^(?:null|none|true|false|\\N|[*•.x-]*)$/i;

/**
 * How sure it is that the whole value of a field or a table's cell with a name like this is a secret, 0 to 1. A person is
 * told of what is one for certain; a field of a weaker name must hold something random for that.
 */
export function fieldConfidence(value: string, strength: NameStrength): number {
  if (value === '' || NOTHING.test(value)) return 0;
  if (strength !== 'field' && /\s/.test(value)) return 0;
  const kind = judge(value);
  if (TRIVIAL[strength].has(kind)) return 0;
  if (strength === 'field' || kind === 'random') return 1;
  return strength === 'strong' && (kind === 'hex' || kind === 'uuid') ? 1 : DOUBTFUL;
}
