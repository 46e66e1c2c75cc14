import { checkpointText, SEAL_NAMESPACE, soloOrigin } from '../core/session/checkpoint.ts';
import { type CertifiedSigner, signSsh } from '../core/session/sshsig.ts';
import type { MerkleTree } from '../core/session/tree.ts';
import { replaceFile } from './files.ts';
import type { SessionFiles } from './session-files.ts';

/** Signs the tree and writes both files of the seal. The checkpoint comes last: where it stands, the seal is whole. */
export function writeSeal(files: SessionFiles, tree: MerkleTree, signer: CertifiedSigner): void {
  const text = checkpointText({ origin: soloOrigin(files.id), size: tree.size, root: tree.root() });
  replaceFile(files.signature, signSsh(Buffer.from(text), SEAL_NAMESPACE, signer));
  replaceFile(files.checkpoint, text);
}

/** Signs a sealed session's checkpoint anew, as it is. */
export function signAgain(files: SessionFiles, checkpoint: string, signer: CertifiedSigner): void {
  replaceFile(files.signature, signSsh(Buffer.from(checkpoint), SEAL_NAMESPACE, signer));
}
