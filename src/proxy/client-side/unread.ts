import type { ServerResponse } from 'node:http';

import { LIMITS } from '../../core/limits.ts';

/**
 * What HTTP clients were sent and have not read, all together. Each response is bounded by itself, but there may be
 * thousands; past the limit the one whose client is behind most is cut off, so that all others go on.
 */
export class Unread {
  readonly #limit: number;
  readonly #responses = new Set<ServerResponse>();

  constructor(limit: number = LIMITS.unreadBytes) {
    this.#limit = limit;
  }

  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
  }

  /** Something was written to this one. */
  wrote({ writableLength }: ServerResponse): void {
    if (writableLength === 0) return;
    const all = [...this.#responses].map((response) => ({ response, unread: response.writableLength }));
    if (all.reduce((sum, { unread }) => sum + unread, 0) <= this.#limit) return;
    const most = all.reduce((a, b) => (b.unread > a.unread ? b : a));
    most.response.destroy();
  }
}
