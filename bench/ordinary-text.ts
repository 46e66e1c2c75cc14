import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Text {
  readonly file: string;
  readonly text: Uint8Array;
}

const TEXT = /\.(?:[cm]?[jt]sx?|json|md|ya?ml|html|css|map|txt|py|sh|toml)$|(?:^|\/)(?:LICENSE|README)/;
const LARGEST = 4_000_000;
const TOTAL = 60_000_000;

/** Text as it is installed: sources, minified code, lock files, documentation. Always the same files in the same order. */
export function ordinaryText(root: string): Text[] {
  const texts: Text[] = [];
  let total = 0;
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) {
    if (!TEXT.test(file) || file.includes('/.vite')) continue;
    const text = readFileSync(file);
    if (text.length > LARGEST) continue;
    texts.push({ file, text });
    total += text.length;
    if (total > TOTAL) break;
  }
  return texts;
}
