/**
 * What a policy's masking rules cost on ordinary text, one thread, MB/s of processor time: `node bench/central-rules.ts`, a
 * minute or two. Rules with a literal are found by the search that there is anyway; those without one are searched for.
 */
import path from 'node:path';
import process from 'node:process';

import { maskingOf } from '../src/app/policy/masking.ts';
import { maskingSection } from '../src/app/policy/masking-schema.ts';
import { createMasker, type Masker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import { ordinaryText, type Text } from './ordinary-text.ts';

const MEGABYTES = 8;
const ROUNDS = 3;
const SMALL = 100;

const all = ordinaryText(path.join(import.meta.dirname, '../node_modules'));
let total = 0;
const texts = all.filter(({ text }) => (total += text.length) <= MEGABYTES * 1e6);

/** `EMP12-123456`, a name for each rule: none stands in any ordinary text. */
function withLiteral(n: number): object {
  return { id: `r${n}`, regex: String.raw`\bEMP${n}X-[0-9]{4,8}(?:-[A-Z]{2})?\b` };
}

function withoutLiteral(n: number): object {
  return { id: `s${n}`, regex: String.raw`\b[0-9]{3}-[0-9]{2}-[0-9]{${n + 4}}\b` };
}

function maskerWith(rules: readonly object[]): Masker {
  const central = rules.length === 0 ? undefined : maskingOf(maskingSection.parse({ rules }));
  return createMasker({ placeholders: new Placeholders(new Uint8Array(32)), central });
}

function speed(masker: Masker, of: readonly Text[]): number {
  const bytes = of.reduce((sum, { text }) => sum + text.length, 0);
  const began = process.cpuUsage();
  for (const { text } of of) masker.inspect(text);
  const { user, system } = process.cpuUsage(began);
  return bytes / (user + system);
}

function times(count: number, of: (n: number) => object): object[] {
  return Array.from({ length: count }, (_, n) => of(n));
}

function small(): Text[] {
  const lines = texts.flatMap(({ file, text }) =>
    Buffer.from(text)
      .toString('latin1')
      .split('\n')
      .slice(0, SMALL)
      .map((line) => ({ file, text: Buffer.from(line, 'latin1') })),
  );
  return lines.filter(({ text }) => text.length > 0);
}

const lines = small();
const sets = [
  ['none', []],
  ['10 with a literal', times(10, withLiteral)],
  ['100 with a literal', times(100, withLiteral)],
  ['1 without', times(1, withoutLiteral)],
  ['10 without', times(10, withoutLiteral)],
] as const;
const measured = sets.map(([name, rules]) => ({ name, masker: maskerWith(rules), files: 0, lines: 0 }));
// In turns, so that what else the machine does meets all alike; the first turn warms up.
for (let round = 0; round <= ROUNDS; round += 1)
  for (const one of measured) {
    const [files, single] = [speed(one.masker, texts), speed(one.masker, lines)];
    if (round === 0) continue;
    one.files = Math.max(one.files, files);
    one.lines = Math.max(one.lines, single);
  }
console.log('| rules | files, MB/s | single lines, MB/s |\n| --- | --- | --- |');
for (const { name, files, lines: single } of measured)
  console.log(`| ${name} | ${files.toFixed(0)} | ${single.toFixed(0)} |`);
