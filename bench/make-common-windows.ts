/**
 * Writes src/core/mask/common-windows.ts: of the windows that the search for literals would choose by their letters, those that
 * stand in much text. Run it by hand when many literals are new: node bench/make-common-windows.ts
 */
import { writeFileSync } from 'node:fs';

import { compileRules } from '../src/core/mask/engine.ts';
import { ranked, rarest } from '../src/core/mask/literal-windows.ts';
import { ordinaryText } from './ordinary-text.ts';

/** Per MB: another window of the literal is taken when it is rarer. */
const COMMON = 8;
const EVERY = 4;
const FOLD = 0x20202020;

const counts = new Map<number, number>();
let bytes = 0;
for (const { text } of ordinaryText('node_modules').filter((_, n) => n % EVERY === 0)) {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  for (let at = 0; at + 4 <= text.length; at++) {
    const key = (view.getUint32(at, true) | FOLD) >>> 0;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  bytes += text.length;
}

const literals = [...new Set(compileRules().anchors.map(({ literal }) => literal.toLowerCase()))];
const common = new Set<string>();
for (let known = -1; known < common.size;) {
  known = common.size;
  for (const literal of literals.filter(({ length }) => length > 4))
    for (const back of rarest(literal, rankOf([...common]))) {
      const window = literal.slice(0, literal.length - back).slice(-4);
      if (perMegabyte(window) >= COMMON) common.add(window);
    }
}

const sorted = [...common].toSorted((a, b) => perMegabyte(b) - perMegabyte(a));
const lines = sorted.join('').match(/.{1,100}/gs) ?? [];
writeFileSync(
  'src/core/mask/common-windows.ts',
  `/** Four letters each, the commonest first: they stand in much text. Made by bench/make-common-windows.ts. */
export const COMMON_WINDOWS =
${lines.map((line) => `  '${line.replaceAll(/['\\\\]/g, String.raw`\\$&`)}'`).join(' +\n')};
`,
);
console.log(`${sorted.length} windows`);

function rankOf(windows: readonly string[]): ReadonlyMap<number, number> {
  return ranked(windows.toSorted((a, b) => perMegabyte(b) - perMegabyte(a)));
}

function perMegabyte(window: string): number {
  const key = Buffer.from(window).readInt32LE();
  return ((counts.get((key | FOLD) >>> 0) ?? 0) * 1e6) / bytes;
}
