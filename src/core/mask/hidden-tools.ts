import type { Splice } from '../bytes.ts';

/** One of a list, or a member of an object with its key. */
export interface Listed {
  readonly start: number;
  readonly end: number;
  readonly hidden: boolean;
}

/** Takes tools out of the lists of a message, such that each list stays a list. Told of in the order of the document. */
export class HiddenTools {
  readonly #removals: Splice[] = [];
  /** Of the list being read. */
  #tools: Listed[] = [];
  #hide = false;
  #count = 0;

  /** How many are taken out of the lists that have ended. */
  get count(): number {
    return this.#count;
  }

  /** The tool being read must not be seen. */
  hide(): void {
    this.#hide = true;
  }

  /** A tool has been read. */
  endTool(start: number, end: number): void {
    this.#tools.push({ start, end, hidden: this.#hide });
    if (this.#hide) this.#count += 1;
    this.#hide = false;
  }

  endList(): void {
    this.#removals.push(...removalsOf(this.#tools));
    this.#tools = [];
  }

  /** The splices that lie outside of hidden tools, and those that remove them, in order. */
  applyTo(splices: readonly Splice[]): Splice[] {
    return [...outsideOf(this.#removals, splices), ...this.#removals].toSorted((a, b) => a.start - b.start);
  }
}

/** What is hidden goes together with one comma: the one before it, or, where nothing before it stays, the one after. */
export function removalsOf(listed: readonly Listed[]): Splice[] {
  const removals: Splice[] = [];
  let anyKept = false;
  listed.forEach((item, i) => {
    anyKept ||= !item.hidden;
    if (!item.hidden) return;
    const start = anyKept ? (listed[i - 1]?.end ?? item.start) : item.start;
    const end = anyKept ? item.end : (listed[i + 1]?.start ?? item.end);
    removals.push({ start, end, replacement: new Uint8Array() });
  });
  return removals;
}

function outsideOf(gaps: readonly Splice[], splices: readonly Splice[]): Splice[] {
  let at = 0;
  return splices.filter(({ start, end }) => {
    while (at < gaps.length && (gaps[at]?.end ?? 0) <= start) at += 1;
    const gap = gaps[at];
    return gap === undefined || end <= gap.start;
  });
}
