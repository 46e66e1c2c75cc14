/**
 * What stands at an ESC. `through` changes how text looks and is not read: colours, a line that was wrapped. `string` is not
 * read either, and holds a text of its own: a title, a link. `break` moves the cursor. `open`: what is there may be the beginning
 * of one; `text`: it is none.
 */
export interface Sequence {
  readonly kind: 'through' | 'string' | 'break' | 'open' | 'text';
  /** Past its last byte. */
  readonly end: number;
}

const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;
const CSI = 0x5b;
const SGR = 0x6d;
/** No program writes longer ones. */
const LONGEST_CSI = 256;

/** Introducers of strings: DCS, SOS, OSC, PM, APC (ECMA-48, 5.6). */
const STRINGS = bytesOf('PX]^_');
/** Finals of what leaves the cursor where it is: colours (SGR), the rest of a line erased (EL), modes, reports, cursor style. */
const CSI_STAYS = bytesOf('mKhlncqtu');
/** Keypads, and a lone end of a string: nothing moves. */
const ESC_STAYS = bytesOf('=>\\');

/** The sequence that begins with the ESC at `at` (ECMA-48, 5.3 to 5.6). */
export function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  const second = bytes[at + 1];
  if (second === undefined) return { kind: 'open', end: bytes.length };
  if (second === CSI) return controlAt(bytes, at);
  if (STRINGS.has(second)) return stringAt(bytes, at);
  if (isIntermediate(second)) return designationAt(bytes, at);
  if (second < 0x30 || second > 0x7e) return { kind: 'text', end: at + 1 };
  return { kind: ESC_STAYS.has(second) ? 'through' : 'break', end: at + 2 };
}

/** Where the colour ends that begins with the ESC at `at` (SGR, which most sequences are); -1: it is something else. */
export function colourEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== CSI) return -1;
  const last = Math.min(bytes.length, at + LONGEST_CSI);
  let end = at + 2;
  while (end < last && isColourParameter(bytes[end] as number)) end++;
  return end < last && bytes[end] === SGR ? end + 1 : -1;
}

function controlAt(bytes: Uint8Array, at: number): Sequence {
  const last = Math.min(bytes.length, at + LONGEST_CSI);
  let end = at + 2;
  while (end < last && isParameter(bytes[end])) end++;
  if (end === bytes.length) return { kind: 'open', end };
  const final = bytes[end] ?? 0;
  if (final < 0x40 || final > 0x7e) return { kind: 'text', end: at + 1 };
  return { kind: CSI_STAYS.has(final) ? 'through' : 'break', end: end + 1 };
}

// Of a string only its own end, or a new ESC, is the end.
function stringAt(bytes: Uint8Array, at: number): Sequence {
  const escape = bytes.indexOf(ESC, at + 2);
  const bell = bytes.subarray(at + 2, escape === -1 ? undefined : escape).indexOf(BEL);
  if (bell !== -1) return { kind: 'string', end: at + 2 + bell + 1 };
  if (escape === -1 || escape + 1 === bytes.length) return { kind: 'open', end: bytes.length };
  if (bytes[escape + 1] === BACKSLASH) return { kind: 'string', end: escape + 2 };
  return { kind: 'text', end: at + 1 };
}

// `ESC ( B` and the like: which characters there are.
function designationAt(bytes: Uint8Array, at: number): Sequence {
  let end = at + 1;
  while (end < at + LONGEST_CSI && isIntermediate(bytes[end])) end++;
  if (end === bytes.length) return { kind: 'open', end };
  const final = bytes[end] ?? 0;
  return final < 0x30 || final > 0x7e ? { kind: 'text', end: at + 1 } : { kind: 'through', end: end + 1 };
}

function isParameter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte <= 0x3f;
}

// Digits and what stands between them.
function isColourParameter(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x3b;
}

function isIntermediate(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte <= 0x2f;
}

function bytesOf(characters: string): ReadonlySet<number> {
  return new Set(Buffer.from(characters));
}
