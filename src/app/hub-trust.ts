import { soloOrigin, parseCheckpoint } from '../core/session/checkpoint.ts';
import type { Evidence, Trust } from '../core/session/verify.ts';
import type { LogKey } from '../core/tlog/note.ts';
import type { Head } from '../core/tlog/proof.ts';
import { checkReceipt, claimedLog, parseReceipt, type Receipt } from '../core/tlog/receipt.ts';

/** What this machine knows of a hub: the keys pinned at login, and the newest head it has seen of the log. */
export interface PinnedHub {
  /** 32 raw bytes. */
  readonly authority: Uint8Array;
  readonly logKey: LogKey;
  readonly newest: Head | undefined;
}

type HubTrust = Pick<Trust, 'authorities' | 'acceptedAt' | 'timeProof' | 'timeProblem'>;

/** What a session's receipt proves, by the keys of the hubs that are pinned here. Nothing here asks a hub. */
export function hubTrust(
  evidence: Pick<Evidence, 'checkpoint' | 'signature'> & { readonly receipt: string | undefined },
  hubs: readonly PinnedHub[],
): HubTrust {
  const everywhere = { authorities: hubs.map(({ authority }) => authority) };
  if (evidence.receipt === undefined) return everywhere;
  const receipt = parseReceipt(evidence.receipt);
  if (receipt === undefined) return { ...everywhere, timeProblem: 'the receipt is malformed' };
  const hub = hubs.find(({ logKey }) => logKey.name === claimedLog(receipt));
  if (hub === undefined)
    return {
      ...everywhere,
      timeProof: `a receipt is there, of the log ${claimedLog(receipt)}, whose key nobody here has pinned`,
    };
  // Who accepted is who has to have certified.
  return { authorities: [hub.authority], ...timeOf(evidence, receipt, hub) };
}

function timeOf(
  { checkpoint, signature }: Pick<Evidence, 'checkpoint' | 'signature'>,
  receipt: Receipt,
  { logKey, newest }: PinnedHub,
): HubTrust {
  if (checkpoint === undefined || signature === undefined)
    return { timeProblem: 'there is a receipt, and no seal for it' };
  const session = sessionOf(checkpoint);
  const found = checkReceipt(receipt, { session, checkpoint, signature }, logKey);
  if (typeof found === 'string') return { timeProblem: found };
  if (newest?.size === found.head.size && !newest.root.equals(found.head.root))
    return { timeProblem: `the log ${logKey.name} has shown two histories of ${newest.size} leaves` };
  const { acceptedAt, index } = found;
  return { acceptedAt, timeProof: `leaf ${index} of the log ${logKey.name}, by its pinned key` };
}

// That the checkpoint is the log's own is a claim of its own.
function sessionOf(checkpoint: string): string {
  const { origin = '' } = parseCheckpoint(checkpoint) ?? {};
  return origin.slice(soloOrigin('').length);
}
