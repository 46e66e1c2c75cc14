// What a terminal doesn't show, or obeys: controls (C0, DEL, C1), bidi and other format characters, line separators, lone
// surrogates, and whatever Unicode lets a renderer ignore: zero-width, fillers, tags, variation selectors. Any of them in
// text that an agent, a server or a file wrote could run in, or lie to, the terminal that shows it.
const HOSTILE = /(?![\n\t]|\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Attacker-written text made safe to print: control, bidi and invisible characters become visible escapes. Tabs and
 * newlines stay unless `oneLine` asks for a single line; so does U+FE0F, which only makes an emoji of a character.
 */
export function visible(text: string, options: { oneLine?: boolean } = {}): string {
  const safe = text.replace(HOSTILE, escape);
  return options.oneLine ? safe.replace(/[\n\t]/g, escape) : safe;
}

/** JSON text of one line in which hostile characters are `\\u` escapes: the same value, harmless on a terminal. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(HOSTILE, (character) =>
    Array.from({ length: character.length }, (_, at) => unicodeEscape(character.charCodeAt(at))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return '\\n';
  if (code === 0x09) return '\\t';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
