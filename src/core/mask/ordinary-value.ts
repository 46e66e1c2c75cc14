import type { ValueKind } from './judge.ts';
import { type NameStrength, nameStrength } from './names.ts';
import type { Tie } from './tie.ts';

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

/** Names of what people make up. */
export const HUMAN = /pass|pwd|psw/i;
export const IS_BARE: ReadonlySet<Tie> = new Set<Tie>(['line', 'option', 'inline', 'directive', 'near']);
/** A shorter value under a name like `token` is a word with a digit in it. */
export const SHORTEST_MIXED = 8;
/** No password has these without quotes around it; expressions do. */
const CODE = /^!!|^&\w+$|[([{<>?*;]|^[/\\^]|[,.]$|\):$|&&|\|\||=>|\.\w+\(/;
/** Tied so, one word may be a password, and an identifier is none. */
const ONE_WORD: ReadonlySet<Tie> = new Set<Tie>(['line', 'literal', 'option', 'setter']);
/** What digits are spelled with. */
const ALPHABETS = /abcdefghijklmnopqrstuvwxyz.{0,12}abcdefghijklmnopqrstuvwxyz/i;
const LOWER_WORD = /^[a-z0-9]{6,}$/;
const LOWER_WORDS = /^[a-z0-9]{2,}(?:[-_][a-z0-9]{2,}){1,3}$/;
/** Identifiers that have to do with passwords are made of these. */
const OF_NAMES =
  /pass|pwd|secret|token|key|auth|login|user|name|field|input|form|value|type|text|label|reset|new|old|current|change|confirm|forgot|show|hide|error|valid|require|file|path|config|class|icon|btn|button|link|page|url|test/;

/** True when it has characters that expressions have, and no value without quotes. */
export function isCode(content: string): boolean {
  return CODE.test(content);
}

/** What machines fill: no word is one of these. */
const OF_MACHINES =
  /(?:client|api|access|private|pat|oauth|consumer|webhooks?|bot)[_. -]?(?:key[_. -]?)?(?:secret|key)|(?<![a-z])app[_-]?secret|secret[_. -]?access/i;
const NO_KEYS: ReadonlySet<ValueKind> = new Set<ValueKind>(['words', 'common', 'empty']);
/** A word and a number after it is no key of a machine … */
const NUMBERED = /^[A-Za-z][A-Za-z_-]*\d{1,4}$/;
/** … and neither is the name of a resource with a number at its end. */
const RESOURCE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-z]+-\d+$/;
const MASKED = /^[xX*.\u2022-]+$/;

/** True for what a person would call no secret, given to such a name in such a way. */
export function isOrdinary(claim: Claim): boolean {
  const { name, strength, tie, content, kind } = claim;
  if (NO_KEYS.has(kind) && (OF_MACHINES.test(name) || MASKED.test(content))) return true;
  if (strength !== 'field' && (RESOURCE.test(content) || (kind === 'mixed' && NUMBERED.test(content))))
    return true;
  if (kind === 'words' && !HUMAN.test(name) && !LOWER_WORD.test(content) && OF_NAMES.test(content))
    return true;
  if (IS_BARE.has(tie) && CODE.test(content)) return true;
  if (isMember(claim) || isWordBeside(claim) || FEW_SIGNS.test(content)) return true;
  // password= name=, what a shell offers.
  if (IS_BARE.has(tie) && /^[A-Za-z]+=$/.test(content)) return true;
  if (kind === 'words' && ONE_WORD.has(tie) && !isOneWord(claim)) return true;
  const isWhole = tie === 'pair' && strength === 'field' && !/pass$/i.test(name);
  if ((kind === 'words' || kind === 'mixed') && content.includes(' ') && !isWhole) return true;
  if (kind === 'uuid' && strength === 'weak' && (/^key$/i.test(name) || tie === 'pair')) return true;
  if (kind === 'typed' && strength === 'weak' && ALPHABETS.test(content)) return true;
  const isSame = kind === 'common' || (kind === 'words' && IS_BARE.has(tie));
  return isSame && name.toLowerCase().endsWith(content.toLowerCase().replace(/[:?]$/, ''));
}

const FEW_SIGNS = /^[^A-Za-z0-9\x80-\u{10ffff}]{1,3}$/u;
/** url.password, ed25519.PrivateKey */
const MEMBER = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.(?<last>[A-Za-z_]\w*)$/;
const SHORTEST_ALIAS = 8;

// What another place holds under such a name, or another name for the same.
function isMember({ name, strength, tie, content }: Claim): boolean {
  const last = IS_BARE.has(tie) || tie === 'env' ? MEMBER.exec(content)?.groups?.['last'] : undefined;
  if (last !== undefined && nameStrength(last) !== undefined) return true;
  return (
    (strength !== 'field' || !HUMAN.test(name)) &&
    name.length >= SHORTEST_ALIAS &&
    content.toLowerCase().includes(name.toLowerCase())
  );
}

/** What is said of an option. */
const OF_OPTIONS = /^(?:options?|flags?|arguments?|args?|param(?:eter)?s?|values?|switch(?:es)?|prompts?)$/i;

/** `--username and --password options`; Pass 'parameters' … */
export function isWordBeside({ name, tie, content, kind }: Claim): boolean {
  if (IS_BARE.has(tie) && OF_OPTIONS.test(content)) return true;
  return tie === 'literal' && kind === 'words' && name === 'Pass';
}

// correcthorse, and open_sesame in quotes under a password's own name.
function isOneWord({ name, tie, content }: Claim): boolean {
  if (tie === 'setter' || tie === 'option') return HUMAN.test(name) && LOWER_WORD.test(content);
  if (LOWER_WORD.test(content)) return true;
  return tie === 'literal' && isWordsOfPassword(name, content);
}

function isWordsOfPassword(name: string, content: string): boolean {
  return (
    (HUMAN.test(name) || /secret$/i.test(name)) &&
    content.length >= SHORTEST_MIXED &&
    LOWER_WORDS.test(content) &&
    !OF_NAMES.test(content)
  );
}
