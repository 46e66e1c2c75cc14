/** Drawn from the letters after f too: what is hex throughout is a hash, and the rest of it the end of a name (`box.ico-…`, `API-…`). */
export function isNotHex(token: string): boolean {
  return !/^[0-9a-f]{16,}$/i.test(token.slice(token.indexOf('-') + 1));
}

/** Not `STS.AssumeRoleWithWebIdentity`, an action of Amazon's. */
export function isNotWord(token: string): boolean {
  return /\d/.test(token);
}
