import { constants, createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import type { Blobs, BlobSource, Place } from './blobs.ts';

const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_RDWR } = constants;
const WRITE = O_RDWR | O_CREAT | O_NOFOLLOW;
const READ = O_RDONLY | O_NOFOLLOW;

/** Sessions as files in a directory, two each (0600). `openSource` reads one for verifying. */
export function fsBlobs(directory: string, openSource: (path: string) => BlobSource): Blobs {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Ids are letters and digits only: they were checked at the door.
  const pathOf = ({ session, file }: Place): string => join(directory, `${session}.${file}`);
  return {
    write: async (place, offset, bytes) => {
      await withFile(pathOf(place), WRITE, async (handle) => {
        await writeAt(handle, offset, bytes);
        await handle.datasync();
      });
      if (offset === 0) await withFile(directory, O_RDONLY, (handle) => handle.sync());
    },
    read: async (place, offset, length) => {
      if (length === 0) return Buffer.alloc(0);
      return withFile(pathOf(place), READ, async (handle) => {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      });
    },
    cut: async (place, size) =>
      withFile(pathOf(place), WRITE, async (handle) => {
        await handle.truncate(size);
        await handle.datasync();
      }),
    stream: (place, size) =>
      size === 0 ? nothing() : Readable.toWeb(createReadStream(pathOf(place), { end: size - 1 })),
    open: (place) => openSource(pathOf(place)),
  };
}

async function withFile<T>(path: string, flags: number, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, flags, 0o600);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function writeAt(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

function nothing(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
