import type { Finding, TextContext } from './finding.ts';
import type { Engine } from './scan.ts';
import { type Settled, SlidingScan } from './sliding-scan.ts';

/** Finds secrets in a text that arrives in pieces, without keeping it. Offsets count from the start of the stream. */
export class FindingStream {
  readonly #scan: SlidingScan;
  #settled = 0;

  constructor(engine: Engine, context: TextContext) {
    this.#scan = new SlidingScan(engine, context);
  }

  /** Offset up to which no more findings can come. */
  get settled(): number {
    return this.#settled;
  }

  /** Takes the next piece; returns the findings that nothing later can change. */
  push(chunk: Uint8Array): Finding[] {
    return chunk.length === 0 ? [] : this.#findings(this.#scan.push(chunk));
  }

  /** Ends the stream; returns the rest. */
  flush(): Finding[] {
    return this.#findings(this.#scan.finish());
  }

  #findings({ base, to, found }: Settled): Finding[] {
    this.#settled = base + to;
    return found.map(({ rule, kind, start, end, why }) => ({
      rule,
      kind,
      start: start + base,
      end: end + base,
      why,
    }));
  }
}
