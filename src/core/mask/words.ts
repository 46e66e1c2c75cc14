/**
 * True when `text`, of any style, has `word` (lower case) in it as a word: `CARGO_TOKEN`, `cargoToken` and `cargo login`
 * say `cargo`, `embargo` and `cargos` don't.
 */
export function saysWord(text: string, word: string): boolean {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + 1))
    if (startsWord(text, at) && endsWord(text, at + word.length)) return true;
  return false;
}

const LETTER = /[A-Za-z]/;
const LOWER = /[a-z]/;
const UPPER = /[A-Z]/;

function startsWord(text: string, at: number): boolean {
  const before = text.charAt(at - 1);
  const first = text.charAt(at);
  return !LETTER.test(first) || !LETTER.test(before) || (LOWER.test(before) && UPPER.test(first));
}

function endsWord(text: string, end: number): boolean {
  const last = text.charAt(end - 1);
  const next = text.charAt(end);
  return !LETTER.test(last) || !LETTER.test(next) || (LOWER.test(last) && UPPER.test(next));
}
