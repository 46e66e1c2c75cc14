/** True for a token of a vendor's shape that documentation writes: `AKIA…EXAMPLE`, `ghp_xxxxxxxx…`. */
export function isDummyToken(token: string): boolean {
  const lower = token.toLowerCase();
  if (/example|x{6}|\*{3}|\.{3}|(.)\1{9}/.test(lower)) return true;
  return new Set(lower.slice(4)).size <= 4;
}

/** True for a value too ordinary to search for everywhere. */
export function isWeakSecret(value: string): boolean {
  return new Set(value).size <= 2 || WEAK.has(value.toLowerCase());
}

const WEAK = new Set([
  'password',
  'changeme',
  'localhost',
  'username',
  'postgres',
  'production',
  'development',
  'disabled',
]);
