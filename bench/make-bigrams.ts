/**
 * Writes src/core/mask/bigrams.ts: how much likelier each pair of characters is in names and words than in a random
 * token, learned from the installed packages. Run it by hand when the model should change: node bench/make-bigrams.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SYMBOLS = 28;
const CAP = 400_000;
const counts = new Float64Array(SYMBOLS * SYMBOLS).fill(0.5);

for (const token of wordsOf('node_modules')) count(token);
const rows = Array.from({ length: SYMBOLS }, (_, first) => encodeRow(first));
writeFileSync(
  'src/core/mask/bigrams.ts',
  `/**
 * How much likelier a pair of characters is in names and words than in a random token: log2 of the ratio, times 4, plus 45
 * as a character. Rows are the first character, columns the second: a to z, digit, anything else. Made by
 * bench/make-bigrams.ts.
 */
export const BIGRAMS =
${rows.map((row) => `  ${quote(row)}`).join(' +\n')};
`,
);

function wordsOf(root: string): Set<string> {
  const words = new Set<string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:[cm]?[jt]s|md)$/.test(entry.name) || /\.min\./.test(entry.name)) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'latin1');
    if (text.length > 300_000) continue;
    for (const [word] of text.matchAll(/[A-Za-z][A-Za-z0-9_-]{3,40}/g)) words.add(word);
    if (words.size > CAP) break;
  }
  return words;
}

function count(token: string): void {
  for (let i = 1; i < token.length; i++) {
    const slot = symbol(token.charCodeAt(i - 1)) * SYMBOLS + symbol(token.charCodeAt(i));
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
}

function symbol(code: number): number {
  const lower = code | 32;
  if (lower >= 97 && lower <= 122) return lower - 97;
  return code >= 48 && code <= 57 ? 26 : 27;
}

function encodeRow(first: number): string {
  const row = counts.subarray(first * SYMBOLS, (first + 1) * SYMBOLS);
  const total = row.reduce((sum, n) => sum + n, 0);
  return [...row].map((n, second) => String.fromCharCode(level(n / total, second))).join('');
}

function level(probability: number, second: number): number {
  const random = second < 26 ? 2 / 64 : second === 26 ? 10 / 64 : 2 / 64;
  return Math.max(0, Math.min(40, Math.round(Math.log2(probability / random) * 4) + 24)) + 45;
}

function quote(row: string): string {
  return `'${row.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
