import { parseMessage } from '../core/jsonrpc/envelope.ts';
import { ownerOf } from '../core/lane.ts';
import type { Message } from '../core/message.ts';

/**
 * Over HTTP each message comes by itself, and a large one is looked at in slices, between which others pass it. Most may.
 * But a server that hears of a cancellation before the request that it is for takes no notice of it.
 */
export class Overtaking {
  readonly #largeBytes: number;
  readonly #running = new Map<Promise<void>, string>();

  constructor(largeBytes: number) {
    this.#largeBytes = largeBytes;
  }

  /** Takes a message through the stages; a cancellation once the large messages before it are through. */
  pass(message: Message, stages: () => Promise<void>): Promise<void> {
    if (this.#running.size > 0 && isCancellation(message)) return this.#before(message).then(stages);
    return message.raw.length > this.#largeBytes ? this.#passLarge(message, stages) : stages();
  }

  async #passLarge(message: Message, stages: () => Promise<void>): Promise<void> {
    const passing = stages();
    this.#running.set(passing, sideOf(message));
    try {
      await passing;
    } finally {
      this.#running.delete(passing);
    }
  }

  async #before(message: Message): Promise<void> {
    const side = sideOf(message);
    await Promise.allSettled([...this.#running].flatMap(([passing, of]) => (of === side ? [passing] : [])));
  }
}

function sideOf({ direction, lane }: Message): string {
  return `${direction} ${ownerOf(lane)}`;
}

// What can't be read is for the stages to refuse.
function isCancellation({ raw }: Message): boolean {
  try {
    return parseMessage(raw).messages.some(({ cancels }) => cancels !== undefined);
  } catch {
    return false;
  }
}
