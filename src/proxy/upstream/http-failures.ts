import { HallpassError } from '../../core/errors.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { EventTooLongError } from '../../core/jsonrpc/sse.ts';
import type { Lane } from '../../core/lane.ts';
import { type Exchange, requestsIn } from './exchange.ts';

export interface FailureParts {
  /** Text of the server's that is no message, made fit to be shown. */
  readonly maskText: (bytes: Uint8Array) => Uint8Array;
  /** Tells person and log what the server answered instead of MCP. */
  readonly onTrouble: (what: string) => void;
  /** Ends the wait for the response to a request of this lane; false when nobody waited any more. */
  readonly settle: (lane: Lane, id: string) => boolean;
}

/** What becomes of those who wait for an answer that does not come. */
export class HttpFailures {
  readonly #parts: FailureParts;

  constructor(parts: FailureParts) {
    this.#parts = parts;
  }

  /** The request could not be made, or its answer broke off. */
  async unreachable(exchange: Exchange, error: unknown): Promise<void> {
    if (error instanceof EventTooLongError) return this.fail(exchange, error.message);
    // Its credential could not be had, which hallpass can say in words of its own.
    if (error instanceof HallpassError) return this.fail(exchange, error.message);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unforeseen fault';
    await this.fail(exchange, `the server can not be reached (${code})`);
  }

  /** Nothing of the answer can be used. */
  async fail({ lane, body }: Pick<Exchange, 'lane' | 'body'>, what: string): Promise<void> {
    // The server may have had its say in it: an address where it describes itself, say.
    const why = Buffer.from(this.#parts.maskText(Buffer.from(what))).toString();
    this.#parts.onTrouble(why);
    lane.open?.({ status: 502, headers: { 'content-type': 'application/json' } });
    for (const id of requestsIn(body))
      if (this.#parts.settle(lane, id)) await lane.send(errorReply(id, RPC.upstream, why));
  }

  /** An HTTP client sees the end of its stream; a client on stdio would wait for ever. */
  async unanswered(exchange: Exchange): Promise<void> {
    const why = 'the server ended its answer before the response';
    for (const id of requestsIn(exchange.body)) {
      if (!this.#parts.settle(exchange.lane, id)) continue;
      this.#parts.onTrouble(why);
      await exchange.lane.send(errorReply(id, RPC.upstream, why));
    }
  }
}
