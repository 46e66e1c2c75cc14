import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';

import type { Canary } from './canaries.ts';
import { Needles } from './needles.ts';
import { spellings, type Spelling } from './spellings.ts';

export interface WhatLeft {
  /** What was planted. */
  readonly canaries: readonly Canary[];
  /** Bytes by the name to report them under: stdout, what the server got… */
  readonly streams?: Readonly<Record<string, Uint8Array | string>>;
  /** Every file below is searched, its name and the target of a link too. */
  readonly directories?: readonly string[];
  /** What may be where it was found. */
  readonly exempt?: readonly Exemption[];
}

/** A planted value that may be in one place, and why. */
export interface Exemption {
  /** Its name, or what its name is like. */
  readonly canary: string | RegExp;
  /** What the place is called. */
  readonly where: RegExp;
  readonly because: string;
}

/** How much was looked at. */
export interface Searched {
  /** Streams, files and names; what was packed in them counts on its own. */
  places: number;
  bytes: number;
  readonly spellings: number;
  /** The exemptions that something was found for. */
  readonly exempted: ReadonlySet<Exemption>;
}

interface Leak {
  readonly canary: string;
  readonly where: string;
  readonly how: string;
}

let searches = 0;

/** How many searches have found nothing so far. */
export function searchesSoFar(): number {
  return searches;
}

/** Throws unless there was a search after these: what nobody looks at may hold anything. */
export function mustHaveSearched(before: number): void {
  if (searches > before) return;
  throw new Error(
    'nothing was searched for planted secrets: run hallpass in a sandbox(), which does so when it ends, or call assertNoCanary()',
  );
}

/**
 * Throws when a planted value, or a line or half of one, left in any spelling: raw, JSON-escaped, percent-encoded, hex,
 * base64 in every alignment; also inside gzip and zstd. Says where and how, never the value. Throws, too, when there was
 * nothing to look at or nothing to look for.
 */
export function assertNoCanary({
  canaries,
  streams = {},
  directories = [],
  exempt = [],
}: WhatLeft): Searched {
  if (canaries.length === 0) throw new Error('nothing was searched for: no canary was planted');
  const search = new Search(canaries.flatMap(spellings));
  const leaks = [
    ...Object.entries(streams).flatMap(([name, bytes]) => search.bytes(name, bufferOf(bytes))),
    ...directories.flatMap((directory) => search.directory(directory)),
  ];
  if (search.done.bytes === 0) throw new Error('nothing was searched: there was no stream, file or name');
  const { excused, told } = excuse(leaks, exempt);
  if (told.length > 0) throw new Error(`planted secrets got out:\n${[...new Set(told)].join('\n')}`);
  searches += 1;
  return { ...search.done, exempted: excused };
}

function excuse(leaks: readonly Leak[], exempt: readonly Exemption[]) {
  const excused = new Set<Exemption>();
  const told = leaks.flatMap(({ canary, how, where }) => {
    const excuses = exempt.filter((one) => isNamed(one.canary, canary) && one.where.test(where));
    for (const one of excuses) excused.add(one);
    return excuses.length === 0 ? [`${canary}, ${how}`] : [];
  });
  return { excused, told };
}

function isNamed(name: string | RegExp, canary: string): boolean {
  return typeof name === 'string' ? name === canary : name.test(canary);
}

function bufferOf(bytes: Uint8Array | string): Buffer {
  return typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

class Search {
  readonly done: Omit<Searched, 'exempted'>;
  readonly #spellings: readonly Spelling[];
  readonly #needles: Needles;

  constructor(sought: readonly Spelling[]) {
    this.#spellings = sought;
    this.#needles = new Needles(sought.map(({ bytes }) => bytes));
    this.done = { places: 0, bytes: 0, spellings: sought.length };
  }

  directory(directory: string): Leak[] {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      // A name that holds a secret can't be printed, so it is told by the directory it is in.
      const named = this.bytes(`a name in ${directory}`, Buffer.from(entry.name));
      const path = join(directory, entry.name);
      if (named.length > 0) return named;
      if (entry.isDirectory()) return this.directory(path);
      if (entry.isSymbolicLink()) return this.bytes(`the target of ${path}`, Buffer.from(readlinkSync(path)));
      return entry.isFile() ? this.bytes(path, readFileSync(path)) : [];
    });
  }

  bytes(where: string, bytes: Buffer): Leak[] {
    this.done.places += 1;
    this.done.bytes += bytes.length;
    const plain = this.#needles.in(bytes);
    const wrapped = this.#needles.in(unwrapped(bytes));
    const found = this.#spellings.flatMap(({ canary, how }, index) => {
      const at = plain.get(index);
      if (at !== undefined) return [{ canary, where, how: `${how}, in ${where} at byte ${at}` }];
      return wrapped.has(index) ? [{ canary, where, how: `${how}, wrapped, in ${where}` }] : [];
    });
    return [...found, ...unpacked(bytes).flatMap((inner) => this.bytes(`${where}, unpacked`, inner))];
  }
}

/** Encoders wrap long lines, and a wrapped base64 is none the less readable. */
function unwrapped(bytes: Buffer): Uint8Array {
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (const byte of bytes) if (!isSpace(byte)) kept[length++] = byte;
  return kept.subarray(0, length);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xa0;
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** What decodes, of whatever looks like the start of a gzip or zstd frame; cut-off frames as far as they go. */
function unpacked(bytes: Buffer): Buffer[] {
  const tolerant = { finishFlush: constants.Z_SYNC_FLUSH };
  return [
    ...frames(bytes, GZIP, (frame) => gunzipSync(frame, tolerant)),
    ...frames(bytes, ZSTD, (frame) => zstdDecompressSync(frame, { finishFlush: constants.ZSTD_e_flush })),
  ];
}

function frames(bytes: Buffer, magic: Buffer, decode: (frame: Buffer) => Buffer): Buffer[] {
  const decoded: Buffer[] = [];
  for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    try {
      decoded.push(decode(bytes.subarray(at)));
    } catch (error) {
      // In the middle of a file it was a coincidence. At the start the file claims to be packed, and must be looked into.
      if (at === 0) throw new Error('something packed could not be looked into', { cause: error });
    }
  }
  return decoded;
}
