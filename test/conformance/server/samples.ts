import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';

/** A PNG of one red pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** A WAV file without a sample in it. */
export const WAV = wav().toString('base64');

export function text(words: string): { type: 'text'; text: string } {
  return { type: 'text', text: words };
}

export function told(...content: (ContentBlock | string)[]): CallToolResult {
  return { content: content.map((block) => (typeof block === 'string' ? text(block) : block)) };
}

// RIFF: a header for mono PCM of 8 bits, and no data.
function wav(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  return header;
}
