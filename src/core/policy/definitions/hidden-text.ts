/**
 * What a person can't see and a model reads, or a terminal obeys: controls, zero-width and other characters that are not
 * drawn, bidi controls, tags (U+E0000…), variation selectors in a row. Undefined: all of it can be seen. What scripts and
 * emoji need of these characters is ordinary. Linear.
 */
export function hiddenIn(text: string): string | undefined {
  if (!INVISIBLE.test(text)) return undefined;
  // A single character is a separator or the like, and no text.
  const characters = Array.from(text);
  if (characters.length === 1) return undefined;
  const isRightToLeft = RIGHT_TO_LEFT.test(text);
  const at = characters.findIndex(
    (character, index) =>
      INVISIBLE.test(character) && !isOrdinary({ characters, index, isRightToLeft }, character),
  );
  return at === -1 ? undefined : describe(characters[at] ?? '');
}

const INVISIBLE =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/u;
const CONTROL = /\p{Cc}/u;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const MARK = /[\u061c\u200e\u200f]/;
const SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const TAG = /[\u{e0000}-\u{e007f}]/u;
const RIGHT_TO_LEFT =
  /(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Scripts in which joiners decide how letters are drawn. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{Emoji_Modifier}]/u;
/** The three flags that are spelt with tags (UTS 51, RGI_Emoji_Tag_Sequence): England, Scotland, Wales. */
const FLAGS = new Set(
  ['gbeng', 'gbsct', 'gbwls'].map((region) => `\u{1f3f4}${Array.from(region, asTag).join('')}\u{e007f}`),
);
const FLAG_LENGTH = 7;

interface Place {
  readonly characters: readonly string[];
  readonly index: number;
  readonly isRightToLeft: boolean;
}

function isOrdinary({ characters, index, isRightToLeft }: Place, character: string): boolean {
  const before = characters[index - 1] ?? '';
  const after = characters[index + 1] ?? '';
  if (CONTROL.test(character)) return isOrdinaryControl(character, after);
  if (MARK.test(character)) return isRightToLeft && !MARK.test(before);
  if (TAG.test(character)) return isOfFlag(characters, index);
  if (SELECTOR.test(character)) return isOrdinarySelector(character, before, after);
  if (character === '\u200d') return isJoin(before, after);
  if (character === '\u200c') return JOINED.test(before);
  if (character === '\u00ad') return /\p{L}/u.test(before) && /\p{L}/u.test(after);
  if (/[\u180b-\u180f]/.test(character))
    return /\p{Script=Mongolian}/u.test(before) && !INVISIBLE.test(before);
  // The mark at the beginning of a file.
  return character === '\ufeff' && index === 0;
}

// A carriage return alone lets what follows stand in the place of what came before.
function isOrdinaryControl(character: string, after: string): boolean {
  return character === '\r' ? after === '\n' : '\n\t\f\v'.includes(character);
}

function isOrdinarySelector(character: string, before: string, after: string): boolean {
  if (SELECTOR.test(before)) return false;
  if (/[\ufe0e\ufe0f]/.test(character))
    return /[0-9#*]/.test(before) ? after === '\u20e3' : /\p{Emoji}|\p{Extended_Pictographic}/u.test(before);
  if (/[\ufe00-\ufe02]/.test(character)) return /\p{Sm}|\p{Unified_Ideograph}/u.test(before);
  return /[\u{e0100}-\u{e01ef}]/u.test(character) && /\p{Unified_Ideograph}/u.test(before);
}

function isJoin(before: string, after: string): boolean {
  return JOINED.test(before) || ((PICTURE.test(before) || before === '\ufe0f') && PICTURE.test(after));
}

function isOfFlag(characters: readonly string[], index: number): boolean {
  for (let start = Math.max(0, index - FLAG_LENGTH + 1); start < index; start += 1)
    if (FLAGS.has(characters.slice(start, start + FLAG_LENGTH).join(''))) return true;
  return false;
}

function asTag(letter: string): string {
  return String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0));
}

function describe(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (CONTROL.test(character)) return `a control character (${code})`;
  if (BIDI.test(character)) return `a character that turns the order of text around (${code})`;
  if (TAG.test(character)) return `tag characters, which nobody sees (${code})`;
  if (SELECTOR.test(character)) return `variation selectors that select nothing (${code})`;
  return `a character that nobody sees (${code})`;
}
