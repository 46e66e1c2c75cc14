const ESC = '\u001b';
// After it: what a screen of ours needs of a terminal: colours and styles, moving the cursor, erasing, and the modes of a full screen
// (wrapping, cursor, alternate screen, bracketed paste, synchronized output). Not a title, a link, a question.
const OURS = /^\[(?:[\d;]*m|\d*[ABCDEFGHJK]|\d+;\d+H|\?(?:7|25|1049|2004|2026)[hl])/;
const HARMLESS = /^[\n\r]/;

/** The control and format characters in what was written to a terminal that belong to no sequence of ours, with what follows. */
export function strangeSequences(written: string): string[] {
  const strange: string[] = [];
  for (const { index } of written.matchAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)) {
    const rest = written.slice(index, index + 40);
    const isOurs = rest.startsWith(ESC) && OURS.test(rest.slice(1));
    if (!isOurs && !HARMLESS.test(rest)) strange.push(JSON.stringify(rest));
  }
  return strange;
}
