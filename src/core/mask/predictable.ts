/** A piece repeated after so many characters is copied. */
const PERIODS = [3, 4, 5, 6, 8, 10, 16];
/** So much of what somebody typed can be foreseen, and of what is random never, of twelve characters or more. */
const TYPED_SHARE = 0.5;
/** Of sixteen digits more fall next to each other. */
const TYPED_SHARE_HEX = 0.6;
const SHORTEST = 12;
/** The beginning tells. */
const LONGEST = 64;
/** Of the text that is looked at. */
const CODES = new Uint16Array(LONGEST);
const PART = /[A-Za-z0-9]{12,}/g;

/**
 * True for a value whose next character can mostly be told from those before: counted (`1234…`, `a1b2c3…`), in the order of
 * the alphabet, or one piece over and over. People type such values where a real one would go. What comes before an
 * underscore or dash may be the name of a vendor.
 */
export function isTyped(value: string): boolean {
  if (value.length < SHORTEST || value.includes(' ')) return false;
  const text = value.slice(0, LONGEST).toLowerCase();
  const share = /^[0-9a-f-]+$/.test(text) ? TYPED_SHARE_HEX : TYPED_SHARE;
  return (
    foreseen(text) >= share ||
    (text.match(PART) ?? []).some(
      (part) => part.length * 2 > text.length && part.length < text.length && foreseen(part) >= share,
    )
  );
}

function foreseen(text: string): number {
  let count = 0;
  let before = 0;
  let last = text.charCodeAt(0);
  CODES[0] = last;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    CODES[i] = code;
    const step = code - last;
    // 9 to 0, 9 to a: how counting goes on.
    const isNext = (step >= -1 && step <= 1) || (last === NINE && (code === ZERO || code === LETTER_A));
    if (isNext || code - before === 1 || before - code === 1 || isRepeated(code, i)) count++;
    before = last;
    last = code;
  }
  return count / (text.length - 1);
}

const ZERO = 0x30;
const NINE = 0x39;
const LETTER_A = 0x61;

// It and the two characters before it stood there some characters ago.
function isRepeated(code: number, i: number): boolean {
  for (let n = 0; n < PERIODS.length; n++) {
    const period = PERIODS[n] as number;
    if (i - 2 < period) return false;
    if (
      CODES[i - period] === code &&
      CODES[i - 1 - period] === CODES[i - 1] &&
      CODES[i - 2 - period] === CODES[i - 2]
    )
      return true;
  }
  return false;
}
