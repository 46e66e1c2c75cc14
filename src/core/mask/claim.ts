import type { ValueKind } from './judge.ts';
import type { NameStrength } from './names.ts';
import {
  type Claim,
  HUMAN,
  IS_BARE,
  isCode,
  isOrdinary,
  isWordBeside,
  SHORTEST_MIXED,
} from './ordinary-value.ts';
import { DOUBTFUL } from './profile.ts';
import type { Tie } from './tie.ts';

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
    option: WORDS,
    inline: MIXED,
    directive: MIXED,
    setter: WORDS,
    call: MIXED,
    near: MIXED,
  },
  strong: {
    pair: MIXED,
    env: MIXED,
    line: MIXED,
    literal: MIXED,
    option: MIXED,
    inline: MIXED,
    directive: RANDOM,
    setter: MIXED,
    call: RANDOM,
    near: RANDOM,
  },
  weak: {
    pair: RANDOM,
    env: RANDOM,
    line: RANDOM,
    literal: RANDOM,
    option: RANDOM,
    inline: RANDOM,
    directive: RANDOM,
    setter: RANDOM,
    call: ['random'],
    near: RANDOM,
  },
};

const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['near', 'call']);
/** A shorter value that merely stands near a name is not taken for its value. */
export const SHORTEST_LOOSE = 16;
/** False when no tie makes a value of this kind a secret for such a name. */
export function mayAccept(strength: NameStrength, kind: ValueKind): boolean {
  return strength === 'field' ? FIELD_KINDS.has(kind) : MIXED.includes(kind);
}

const FIELD_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([...ANY, 'empty', 'plain']);

/** How sure it is that the value is a secret, 0 to 1; 0 when it is taken for none. */
export function confidence(claim: Claim): number {
  if (isAccepted(claim)) return isSure(claim) ? 1 : DOUBTFUL;
  return isNumber(claim) || isOfUser(claim) ? DOUBTFUL : 0;
}

function isAccepted(claim: Claim): boolean {
  if (isOrdinary(claim) || isTooShort(claim)) return false;
  const { strength, tie, kind, isSetting } = claim;
  const accepted = isSetting && strength === 'field' ? ANY : ACCEPTED[strength][tie];
  return accepted.includes(kind);
}

const PASSWORD = /passw|pwd|passphrase|passcode|psk/i;
const NUMBER = /^\d{4,16}$/;
const NUMBER_TIES: ReadonlySet<Tie> = new Set<Tie>(['pair', 'env', 'line', 'literal', 'option']);

// password = 12345678: the commonest of all.
function isNumber({ name, strength, tie, content }: Claim): boolean {
  return strength === 'field' && NUMBER_TIES.has(tie) && PASSWORD.test(name) && NUMBER.test(content);
}

const USER_TIES: ReadonlySet<Tie> = new Set<Tie>(['pair', 'env', 'line', 'literal', 'option', 'directive']);
const USER_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([...ANY, 'plain']);
/** What forms and code say about a password. */
const SAID = /pass.*\s|\s.*pass|requir|invalid|incorrect|wrong|must|enter|your|\s\S+\s\S+\s/i;

// username "me" and password "password": whatever stands there is one.
function isOfUser(claim: Claim): boolean {
  const { name, strength, tie, content, kind } = claim;
  if (strength !== 'field' || !HUMAN.test(name) || !USER_TIES.has(tie) || !USER_KINDS.has(kind)) return false;
  if (SAID.test(content) || isWordBeside(claim) || (IS_BARE.has(tie) && isVariable(claim))) return false;
  return claim.isBesideUser();
}

// password = password, password=user_password
function isVariable({ content }: Claim): boolean {
  return isCode(content) || /pass|pwd|[.=]/i.test(content);
}

function isTooShort(claim: Claim): boolean {
  const { strength, tie, content, kind } = claim;
  if (tie === 'call' && strength === 'field') return content.length < SHORTEST_MIXED;
  if (tie === 'near' && kind === 'mixed') return !isPassword(claim);
  if (LOOSE.has(tie)) return content.length < SHORTEST_LOOSE;
  return kind === 'mixed' && strength === 'strong' && content.length < SHORTEST_MIXED;
}

/** Letters with digits or signs among them, as people make passwords. */
const PASSWORD_LIKE = /^(?=.*[A-Za-z])(?=.*\d)[\w!@#$%^&*+.~-]{8,32}$/;

function isPassword({ name, content }: Claim): boolean {
  return PASSWORD.test(name) && PASSWORD_LIKE.test(content);
}

/** Keys that machines made are no shorter; a shorter value is a name or a number with something before it. */
const SHORTEST_KEY = 16;

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
