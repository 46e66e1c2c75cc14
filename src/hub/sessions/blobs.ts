import type { ByteSource } from '../../core/session/payload-walk.ts';
import type { LineSource } from '../../core/session/verify.ts';
import type { UploadFile } from '../db/database.ts';

/** The bytes of uploaded sessions. The file system implements it (fs-blobs.ts); an object store may, later. */
export interface Blobs {
  /** Writes at an offset that is not behind a gap. On the disk when it resolves. */
  write(place: Place, offset: number, bytes: Uint8Array): Promise<void>;
  read(place: Place, offset: number, length: number): Promise<Buffer>;
  /** Cuts off what is behind `size`: bytes of a write that was never acknowledged. */
  cut(place: Place, size: number): Promise<void>;
  /** The first `size` bytes, piece by piece. */
  stream(place: Place, size: number): ReadableStream<Uint8Array>;
  /** To be read from front to back, for verifying. The caller closes it. */
  open(place: Place): BlobSource;
}

export interface Place {
  readonly session: string;
  readonly file: UploadFile;
}

export type BlobSource = LineSource & ByteSource & { close(): void };
