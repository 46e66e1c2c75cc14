import { LIMITS } from '../../core/limits.ts';
import { MerkleTree } from '../../core/session/tree.ts';
import type { RunningCheckpoint, StoredSession } from '../db/database.ts';
import { conflict } from '../http/errors.ts';
import type { Blobs } from './blobs.ts';

const PIECE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** The tree over the first `size` lines held of a session's log, from what is known of it; a smaller one if fewer are held. */
export async function growTree(
  session: StoredSession,
  to: { readonly from: RunningCheckpoint | undefined; readonly size: number },
  blobs: Blobs,
): Promise<{ tree: MerkleTree; bytes: number }> {
  const { from, size } = to;
  const tree = from === undefined ? new MerkleTree() : MerkleTree.of(from.size, from.subtrees);
  const place = { session: session.id, file: 'log' } as const;
  let bytes = from?.bytes ?? 0;
  let rest: Buffer = Buffer.alloc(0);
  for (let at = bytes; tree.size < size && at < session.log;) {
    const piece = await blobs.read(place, at, Math.min(PIECE_BYTES, session.log - at));
    if (piece.length === 0) break;
    at += piece.length;
    rest = appendLines(tree, Buffer.concat([rest, piece]), size);
    bytes = at - rest.length;
    if (rest.length > LIMITS.eventBytes) throw conflict('the log has a line that is longer than any');
  }
  return { tree, bytes };
}

// Returns what is left: an unfinished line, or what comes after the last that was wanted.
function appendLines(tree: MerkleTree, bytes: Buffer, size: number): Buffer {
  let start = 0;
  while (tree.size < size) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) break;
    tree.append(bytes.subarray(start, end));
    start = end + 1;
  }
  return bytes.subarray(start);
}
