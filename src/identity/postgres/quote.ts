/** A name in a statement, whatever is in it (PostgreSQL's manual, Identifiers and Key Words). */
export function quoteName(name: string): string {
  return `"${whole(name).replaceAll('"', '""')}"`;
}

/** A text in a statement. With a backslash it is written so that no setting of the server matters (C-Style Escapes). */
export function quoteText(text: string): string {
  const quoted = `'${whole(text).replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

// The protocol ends a statement at a NUL: what comes behind it would be lost.
function whole(text: string): string {
  if (text.includes('\0')) throw new Error('a NUL in a statement');
  return text;
}
