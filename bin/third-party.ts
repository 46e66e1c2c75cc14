import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { OutputChunk } from 'rolldown';

/** A package whose code is in what is published. */
interface BuiltIn {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Whose a package is that is under the MIT licence and brings no text of it: its files say so. */
const HOLDERS = new Map([['yoga-layout', 'Meta Platforms, Inc. and affiliates']]);

/** The licences of all packages of which there is anything in these chunks: each wants to be handed on with its code. */
export function thirdPartyNotice(chunks: readonly OutputChunk[]): string {
  const places = new Set(chunks.flatMap((chunk) => chunk.moduleIds).flatMap(placeOf));
  const found = new Map([...places].map(readPackage).map((one) => [`${one.name} ${one.version}`, one]));
  const parts = [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, { license, text }]) => [title, `License: ${license}`, '', text.trim(), ''].join('\n'));
  return [`hallpass has code of these packages in it.\n`, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

function placeOf(id: string): string[] {
  const [place] = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+(?=[/\\])/.exec(id) ?? [];
  return place === undefined ? [] : [place];
}

function readPackage(place: string): BuiltIn {
  const { name, version, license } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as BuiltIn;
  const texts = readdirSync(place)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .map((file) => readFileSync(join(place, file), 'utf8'));
  const holder = HOLDERS.get(name);
  if (holder !== undefined && license === 'MIT') texts.push(mitLicense(holder));
  if (texts.length === 0) throw new Error(`${name} is built in, and has no licence to hand on`);
  return { name, version, license, text: texts.join('\n') };
}

/** Ours, in the name of another. */
function mitLicense(holder: string): string {
  const text = readFileSync(new URL('../LICENSE', import.meta.url), 'utf8');
  return text.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}
