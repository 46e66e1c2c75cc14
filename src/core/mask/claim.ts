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
  /** The name of a user stands just before it. */
  readonly isBesideUser: () => boolean;
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

const IS_BARE: ReadonlySet<Tie> = new Set<Tie>(['line', 'option', 'inline', 'directive', 'near']);
/** A shorter value under a name like `token` is a word with a digit in it. */
export const SHORTEST_MIXED = 8;
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['near', 'call']);
/** A shorter value that merely stands near a name is not taken for its value. */
export const SHORTEST_LOOSE = 16;
/** No password has these without quotes around it; expressions do. */
const CODE = /^!!|[([{<>?*;]|^[/\\^]|[,.]$|&&|\|\||=>|\.\w+\(/;
/** Tied so, one word may be a password, and an identifier is none. */
const ONE_WORD: ReadonlySet<Tie> = new Set<Tie>(['line', 'literal', 'option', 'setter']);
/** What digits are spelled with. */
const ALPHABETS = /abcdefghijklmnopqrstuvwxyz.{0,12}abcdefghijklmnopqrstuvwxyz/i;
const LOWER_WORD = /^[a-z0-9]{6,}$/;
const LOWER_WORDS = /^[a-z0-9]{2,}(?:[-_][a-z0-9]{2,}){1,3}$/;
/** Identifiers that have to do with passwords are made of these. */
const OF_NAMES =
  /pass|pwd|secret|token|key|auth|login|user|name|field|input|form|value|type|text|label|reset|new|old|current|change|confirm|forgot|show|hide|error|valid|require|file|path|config|class|icon|btn|button|link|page|url|test/;

/** False when no tie makes a value of this kind a secret for such a name. */
export function mayAccept(strength: NameStrength, kind: ValueKind): boolean {
  return strength === 'field' ? FIELD_KINDS.has(kind) : MIXED.includes(kind);
}

const FIELD_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>([...ANY, 'empty', 'plain']);

/** True when it has characters that expressions have, and no value without quotes. */
export function isCode(content: string): boolean {
  return CODE.test(content);
}

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
  if (SAID.test(content) || (IS_BARE.has(tie) && isVariable(claim))) return false;
  return claim.isBesideUser();
}

// password = password, password=user_password
function isVariable({ content }: Claim): boolean {
  return CODE.test(content) || /pass|pwd|[.=]/i.test(content);
}

/** What machines fill: no word is one of these. */
const OF_MACHINES =
  /(?:client|api|access|private|pat|oauth|consumer|webhooks?|bot)[_. -]?(?:key[_. -]?)?(?:secret|key)|app[_. -]?secret|secret[_. -]?access/i;
const NO_KEYS: ReadonlySet<ValueKind> = new Set<ValueKind>(['words', 'common', 'empty']);
/** A word and a number after it, names with a number at the end: no key of a machine. */
const NUMBERED = /^[A-Za-z][A-Za-z_-]*\d{1,4}$|^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-z]+-\d+$/;
const MASKED = /^[xX*.\u2022-]+$/;

function isOrdinary(claim: Claim): boolean {
  const { name, strength, tie, content, kind } = claim;
  if (NO_KEYS.has(kind) && (OF_MACHINES.test(name) || MASKED.test(content))) return true;
  if (kind === 'mixed' && strength !== 'field' && NUMBERED.test(content)) return true;
  if (kind === 'words' && !HUMAN.test(name) && !LOWER_WORD.test(content) && OF_NAMES.test(content))
    return true;
  if (IS_BARE.has(tie) && CODE.test(content)) return true;
  if (kind === 'words' && ONE_WORD.has(tie) && !isOneWord(claim)) return true;
  const isWhole = tie === 'pair' && strength === 'field' && !/pass$/i.test(name);
  if ((kind === 'words' || kind === 'mixed') && content.includes(' ') && !isWhole) return true;
  if (kind === 'uuid' && strength === 'weak' && (/^key$/i.test(name) || tie === 'pair')) return true;
  if (kind === 'typed' && strength === 'weak' && ALPHABETS.test(content)) return true;
  return kind === 'common' && name.toLowerCase().endsWith(content.toLowerCase());
}

// correcthorse, and open_sesame in quotes under a password's own name.
function isOneWord({ name, tie, content }: Claim): boolean {
  if (tie === 'setter' || tie === 'option') return HUMAN.test(name) && LOWER_WORD.test(content);
  if (LOWER_WORD.test(content)) return true;
  return tie === 'literal' && isWordsOfPassword(name, content);
}

function isWordsOfPassword(name: string, content: string): boolean {
  return (
    HUMAN.test(name) &&
    content.length >= SHORTEST_MIXED &&
    LOWER_WORDS.test(content) &&
    !OF_NAMES.test(content)
  );
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
