/** A piece repeated after so many characters is copied. */
const PERIODS = [3, 4, 5, 6, 8, 10, 16];
/** So much of what somebody typed can be foreseen, and of what is random never, of twelve characters or more. */
const TYPED_SHARE = 0.5;
/** Of sixteen digits more fall next to each other. */
const TYPED_SHARE_HEX = 0.6;
const SHORTEST = 12;
const PART = /[A-Za-z0-9]{12,}/g;

/**
 * True for a value whose next character can mostly be told from those before: counted (`1234…`, `a1b2c3…`), in the order of
 * the alphabet, or one piece over and over. People type such values where a real one would go. What comes before an
 * underscore or dash may be the name of a vendor.
 */
export function isTyped(value: string): boolean {
  if (value.length < SHORTEST || value.includes(' ')) return false;
  const text = value.toLowerCase();
  const share = /^[0-9a-f-]+$/.test(text) ? TYPED_SHARE_HEX : TYPED_SHARE;
  return (
    foreseen(text) >= share ||
    (text.match(PART) ?? []).some((part) => part.length * 2 > text.length && foreseen(part) >= share)
  );
}

function foreseen(text: string): number {
  let count = 0;
  for (let i = 1; i < text.length; i++) if (isForeseen(text, i)) count++;
  return count / (text.length - 1);
}

function isForeseen(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  const step = code - text.charCodeAt(i - 1);
  if (step >= -1 && step <= 1) return true;
  // 9 to 0, 9 to a: how counting goes on.
  if (text.charCodeAt(i - 1) === NINE && (code === ZERO || code === LETTER_A)) return true;
  if (i > 1 && Math.abs(code - text.charCodeAt(i - 2)) === 1) return true;
  return PERIODS.some((period) => isRepeated(text, i, period));
}

const ZERO = 0x30;
const NINE = 0x39;
const LETTER_A = 0x61;

function isRepeated(text: string, i: number, period: number): boolean {
  const from = i - 2;
  if (from < period) return false;
  for (let at = from; at <= i; at++) if (text.charCodeAt(at) !== text.charCodeAt(at - period)) return false;
  return true;
}
