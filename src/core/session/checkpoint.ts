/** The head of a session's tree, which the seal signs. */
export interface Checkpoint {
  readonly origin: string;
  /** Leaves, that is lines of the log. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
}

/** The SSHSIG namespace of seals: a signature made for anything else is not a seal. */
export const SEAL_NAMESPACE = 'hallpass-session';

/** The origin of a session that no hub has seen. */
export function soloOrigin(session: string): string {
  return `local/session/${session}`;
}

/** The checkpoint's text: the body of https://c2sp.org/tlog-checkpoint, without extension lines. */
export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
}

/** Reads a checkpoint body; undefined unless it is exactly what `checkpointText` writes. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  if (origin === '' || !Number.isSafeInteger(checkpoint.size) || checkpoint.size < 0) return undefined;
  if (checkpoint.root.length !== 32 || checkpointText(checkpoint) !== text) return undefined;
  return checkpoint;
}
