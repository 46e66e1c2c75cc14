import { isUtf8 } from 'node:buffer';

/** A file's text, and how to write it as the file had it. */
export interface ReadText {
  readonly utf8: Uint8Array;
  encode(utf8: Uint8Array): Buffer;
}

type Utf16 = 'utf-16le' | 'utf-16be';

/** The text of a file in UTF-8 or UTF-16; undefined for what is no text. */
export function readText(content: Uint8Array): ReadText | undefined {
  if (content.length === 0) return undefined;
  if (isUtf8(content) && !content.includes(0)) return { utf8: content, encode: (utf8) => Buffer.from(utf8) };
  const encoding = utf16Of(content);
  if (encoding === undefined) return undefined;
  const utf8 = Buffer.from(new TextDecoder(encoding, { ignoreBOM: true }).decode(content));
  const encode = (text: Uint8Array): Buffer => toUtf16(text, encoding);
  // Lone surrogates and half characters would not come back as they were.
  return encode(utf8).equals(content) ? { utf8, encode } : undefined;
}

const SAMPLE_BYTES = 64;

// By its byte order mark, or because, as in all text of the West, every other byte is zero.
function utf16Of(content: Uint8Array): Utf16 | undefined {
  if (content.length < 4 || content.length % 2 !== 0) return undefined;
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le';
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be';
  const sample = content.subarray(0, SAMPLE_BYTES);
  const isZeroAt = (parity: number): boolean =>
    sample.every((byte, i) => (i % 2 === parity) === (byte === 0));
  if (isZeroAt(1)) return 'utf-16le';
  return isZeroAt(0) ? 'utf-16be' : undefined;
}

function toUtf16(utf8: Uint8Array, encoding: Utf16): Buffer {
  const bytes = Buffer.from(Buffer.from(utf8).toString('utf8'), 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}
