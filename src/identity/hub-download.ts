import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { requireSecure } from './address.ts';
import { type Fetch, unreachable } from './ask.ts';
import { unexpected } from './hub-answers.ts';

/** The bytes behind a URL, as they come, however long that takes as long as some come. Returns false when there are none (404). */
export async function* downloadFrom(
  address: URL,
  headers: Record<string, string>,
  fetch: Fetch,
): AsyncGenerator<Uint8Array, boolean> {
  const url = requireSecure(address, 'the hub');
  const stall = new Stall();
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: stall.signal });
    if (response.status === 404) return false;
    if (response.status !== 200) throw unexpected({ status: response.status, body: {} }, url.origin);
    const chunks: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
    let size = 0;
    for await (const chunk of chunks ?? []) {
      stall.restart();
      size += chunk.length;
      if (size > LIMITS.uploadSessionBytes)
        throw new HallpassError('ERR_HUB', `${url.origin} answers with more than it may`);
      yield chunk;
    }
    return true;
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    stall.end();
  }
}

/** Aborts when nothing has come for as long as a whole request may take. */
class Stall {
  readonly #controller = new AbortController();
  #timer = this.#start();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.end();
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    const late = new DOMException('nothing came', 'TimeoutError');
    return setTimeout(() => this.#controller.abort(late), LIMITS.hubRequestMs);
  }
}
