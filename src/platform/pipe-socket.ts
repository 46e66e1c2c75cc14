import { Socket } from 'node:net';

/** A pipe holds so many bytes, unless somebody has asked for more: nothing is gained by a larger read. */
export const READ_BYTES = 64 * 1024;

/**
 * Reads a pipe. `take` gets what came; the bytes are its own only until it returns. When it returns false nothing more is read
 * before `resume`, not a byte: somebody else may go on where this has stopped.
 */
export function readPipe(fd: number, take: (bytes: Uint8Array) => boolean): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const callback = (length: number): boolean => take(buffer.subarray(0, length));
  const socket = new Socket({ fd, readable: true, writable: false, onread: { buffer, callback } });
  // What ends it ends it: it closes.
  socket.on('error', () => undefined);
  return socket.resume();
}
