// C0 but tab and newline, DEL, C1, zero-width and bidi controls, line separators, BOM, tag characters. Any of them in
// text that an agent, a server or a file wrote could run in, or lie to, the terminal that shows it.
const HOSTILE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Attacker-written text made safe to print: control, bidi and invisible characters become visible escapes. Tabs and
 * newlines stay unless `oneLine` asks for a single line.
 */
export function visible(text: string, options: { oneLine?: boolean } = {}): string {
  const safe = text.replace(HOSTILE, escape);
  return options.oneLine ? safe.replace(/[\n\t]/g, escape) : safe;
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return '\\n';
  if (code === 0x09) return '\\t';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
