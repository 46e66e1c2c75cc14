import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';

import type { Canary } from './canaries.ts';
import { spellings, type Spelling } from './spellings.ts';

export interface WhatLeft {
  /** What was planted. */
  readonly canaries: readonly Canary[];
  /** Bytes by the name to report them under: stdout, what the server got… */
  readonly streams?: Readonly<Record<string, Uint8Array | string>>;
  /** Every file below is searched, its name and the target of a link too. */
  readonly directories?: readonly string[];
}

/** How much was looked at. */
export interface Searched {
  /** Streams, files and names; what was packed in them counts on its own. */
  places: number;
  bytes: number;
  readonly spellings: number;
}

/**
 * Throws when a planted value, or a line or half of one, left in any spelling: raw, JSON-escaped, percent-encoded, hex,
 * base64 in every alignment; also inside gzip and zstd. Says where and how, never the value.
 */
export function assertNoCanary({ canaries, streams = {}, directories = [] }: WhatLeft): Searched {
  const search = new Search(canaries.flatMap(spellings));
  const leaks = [
    ...Object.entries(streams).flatMap(([name, bytes]) =>
      search.bytes(name, Buffer.from(bytes as Uint8Array)),
    ),
    ...directories.flatMap((directory) => search.directory(directory)),
  ];
  if (leaks.length > 0) throw new Error(`planted secrets got out:\n${[...new Set(leaks)].join('\n')}`);
  return search.done;
}

class Search {
  readonly done: Searched;
  readonly #needles: readonly Spelling[];

  constructor(needles: readonly Spelling[]) {
    this.#needles = needles;
    this.done = { places: 0, bytes: 0, spellings: needles.length };
  }

  directory(directory: string): string[] {
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

  bytes(where: string, bytes: Buffer): string[] {
    this.done.places += 1;
    this.done.bytes += bytes.length;
    // Encoders wrap long lines, and a wrapped base64 is none the less readable.
    const unwrapped = Buffer.from(bytes.toString('latin1').replaceAll(/\s+/g, ''), 'latin1');
    const found = this.#needles.flatMap(({ canary, how, bytes: needle }) => {
      const at = bytes.indexOf(needle);
      if (at !== -1) return [`${canary}, ${how}, in ${where} at byte ${at}`];
      return unwrapped.length < bytes.length && unwrapped.includes(needle)
        ? [`${canary}, ${how}, wrapped, in ${where}`]
        : [];
    });
    return [...found, ...unpacked(bytes).flatMap((inner) => this.bytes(`${where}, unpacked`, inner))];
  }
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
