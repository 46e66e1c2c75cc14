import type { Tie } from './tie.ts';
import type { ValueKind } from './judge.ts';
import type { NameStrength } from './names.ts';
import { DOUBTFUL } from './profile.ts';

/** A value that a name may make a secret. */
export interface Claim {
  readonly name: string;
  readonly strength: NameStrength;
  readonly tie: Tie;
  readonly content: string;
  readonly kind: ValueKind;
  /** It stands among other settings on one line: `Server=db;Password=…;`. */
  readonly isSetting: boolean;
}

const RANDOM: readonly ValueKind[] = ['random', 'hex', 'uuid', 'typed'];
const MIXED: readonly ValueKind[] = [...RANDOM, 'mixed'];
const WORDS: readonly ValueKind[] = [...MIXED, 'words'];
const ANY: readonly ValueKind[] = [...WORDS, 'common'];

/** What a value must look like for a name that says so much, tied to it like this. */
const ACCEPTED: Record<NameStrength, Record<Tie, readonly ValueKind[]>> = {
  field: {
    pair: [...ANY, 'empty'],
    env: ANY,
    line: WORDS,
    literal: WORDS,
    inline: MIXED,
    setter: MIXED,
    call: MIXED,
    near: RANDOM,
  },
  strong: {
    pair: MIXED,
    env: MIXED,
    line: MIXED,
    literal: MIXED,
    inline: MIXED,
    setter: MIXED,
    call: RANDOM,
    near: RANDOM,
  },
  weak: {
    pair: RANDOM,
    env: RANDOM,
    line: RANDOM,
    literal: RANDOM,
    inline: RANDOM,
    setter: RANDOM,
    call: ['random'],
    near: RANDOM,
  },
};

const IS_BARE: ReadonlySet<Tie> = new Set<Tie>(['line', 'inline', 'near']);
/** A shorter value under a name like `token` is a word with a digit in it. */
const SHORTEST_MIXED = 8;
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['near', 'call']);
/** A shorter value that merely stands near a name is not taken for its value. */
export const SHORTEST_LOOSE = 16;
/** No password has these without quotes around it; expressions do. */
const CODE = /^!!|[([{<>?*;]|^[/\\^]|[,.]$|&&|\|\||=>|\.\w+\(/;
const LINE_OR_LITERAL: ReadonlySet<Tie> = new Set<Tie>(['line', 'literal']);
/** What digits are spelled with. */
const ALPHABETS = /abcdefghijklmnopqrstuvwxyz.{0,12}abcdefghijklmnopqrstuvwxyz/i;
const LOWER_WORD = /^[a-z0-9]{6,}$/;

/** False when no tie makes a value of this kind a secret for such a name. */
export function mayAccept(strength: NameStrength, kind: ValueKind): boolean {
  return strength === 'field' ? FIELD_KINDS.has(kind) : MIXED.includes(kind);
}

const FIELD_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([...ANY, 'empty']);

/** True when it has characters that expressions have, and no value without quotes. */
export function isCode(content: string): boolean {
  return CODE.test(content);
}

/** How sure it is that the value is a secret, 0 to 1; 0 when it is taken for none. */
export function confidence(claim: Claim): number {
  if (isOrdinary(claim) || isTooShort(claim)) return 0;
  const { strength, tie, kind, isSetting } = claim;
  const accepted = isSetting && strength === 'field' ? ANY : ACCEPTED[strength][tie];
  if (!accepted.includes(kind)) return 0;
  return isSure(claim) ? 1 : DOUBTFUL;
}

function isOrdinary({ name, strength, tie, content, kind }: Claim): boolean {
  if (IS_BARE.has(tie) && CODE.test(content)) return true;
  if (kind === 'words' && LINE_OR_LITERAL.has(tie) && !LOWER_WORD.test(content)) return true;
  const isWhole = tie === 'pair' && strength === 'field' && !/pass$/i.test(name);
  if ((kind === 'words' || kind === 'mixed') && content.includes(' ') && !isWhole) return true;
  if (kind === 'uuid' && strength === 'weak' && (/^key$/i.test(name) || tie === 'pair')) return true;
  if (kind === 'typed' && strength === 'weak' && ALPHABETS.test(content)) return true;
  return kind === 'common' && name.toLowerCase().endsWith(content.toLowerCase());
}

function isTooShort({ strength, tie, content, kind }: Claim): boolean {
  if (tie === 'call' && strength === 'field') return content.length < SHORTEST_MIXED;
  if (LOOSE.has(tie)) return content.length < SHORTEST_LOOSE;
  return kind === 'mixed' && strength === 'strong' && content.length < SHORTEST_MIXED;
}

/** Keys that machines made are no shorter; a shorter value is a name or a number with something before it. */
const SHORTEST_KEY = 16;
const HUMAN = /pass|pwd|psw/i;

// Enough to tell a person about it.
function isSure({ name, strength, tie, content, kind }: Claim): boolean {
  const isHuman = strength === 'field' && HUMAN.test(name);
  if (kind === 'words' || kind === 'common') return isHuman && (tie === 'env' || tie === 'pair');
  if (kind === 'mixed') {
    if (LOOSE.has(tie)) return false;
    return isHuman || (strength !== 'weak' && content.length >= SHORTEST_KEY && /\d/.test(content));
  }
  if (strength === 'weak') return (kind === 'random' || kind === 'typed') && content.length >= SHORTEST_KEY;
  return isHuman || content.length >= SHORTEST_KEY;
}
