import { toText } from '../bytes.ts';
import { decodeJsonString } from '../jsonrpc/json-string.ts';
import { walkJson, type JsonPath } from '../jsonrpc/json-walk.ts';
import { LIMITS } from '../limits.ts';
import type { Annotations, ToolFacts } from './call.ts';

const HINTS: ReadonlySet<unknown> = new Set([
  'readOnlyHint',
  'destructiveHint',
  'idempotentHint',
  'openWorldHint',
]);
const TRUE = 0x74;

/** The tools of one answer to tools/list, by their index in it; in a batch, of the one at `place`. Its server chose all of it. */
export function toolsOf(list: Uint8Array, place: JsonPath = []): ToolFacts[] {
  const tools: { name?: string; annotations: Record<string, boolean> }[] = [];
  const depth = place.length;
  const at = (path: JsonPath): (typeof tools)[number] | undefined => {
    const [result, key, index] = depth === 0 ? path : path.slice(depth);
    if (result !== 'result' || key !== 'tools' || typeof index !== 'number') return undefined;
    if (place.some((step, i) => path[i] !== step)) return undefined;
    return (tools[index] ??= { annotations: {} });
  };
  walkJson(list, {
    string(path, start, end) {
      const tool = path.length === depth + 4 && path[depth + 3] === 'name' ? at(path) : undefined;
      if (tool !== undefined) tool.name = toText(decodeJsonString(list, start, end));
    },
    literal(path, start) {
      const tool =
        path.length === depth + 5 && path[depth + 3] === 'annotations' && HINTS.has(path[depth + 4])
          ? at(path)
          : undefined;
      if (tool !== undefined) tool.annotations[String(path[depth + 4])] = list[start] === TRUE;
    },
  });
  return tools.map(({ name = '', annotations }) => ({ name, annotations }));
}

interface Known extends ToolFacts {
  readonly isHidden: boolean;
}

const NONE: ReadonlySet<number> = new Set();

/** What servers have said of their tools, as a client has been told. The last list counts; of too many the oldest go. */
export class KnownTools {
  readonly #tools = new Map<string, Known>();
  readonly #hidden = new Set<string>();

  /** `hidden` are those, by their index, that the client is not shown. */
  learn(owner: string, tools: readonly ToolFacts[], hidden: ReadonlySet<number> = NONE): void {
    for (const [index, tool] of tools.entries()) {
      const key = JSON.stringify([owner, tool.name]);
      this.#tools.delete(key);
      this.#tools.set(key, { ...tool, isHidden: hidden.has(index) });
      const [oldest] = this.#tools.keys();
      if (this.#tools.size > LIMITS.knownTools && oldest !== undefined) this.#tools.delete(oldest);
    }
  }

  /** Whether one that a client was shown is hidden now, or the other way round. */
  isOutdated(isHidden: (tool: ToolFacts) => boolean): boolean {
    return [...this.#tools.values()].some((tool) => tool.isHidden !== isHidden(tool));
  }

  /** Remembers tools that are not shown; tells whether any of them is new, and worth a word. */
  hide(names: readonly string[]): boolean {
    const fresh = names.filter((name) => !this.#hidden.has(name));
    for (const name of fresh) if (this.#hidden.size < LIMITS.knownTools) this.#hidden.add(name);
    return fresh.length > 0;
  }

  /** Empty: nobody has said anything. */
  annotationsOf(owner: string, tool: string): Annotations {
    return this.#tools.get(JSON.stringify([owner, tool]))?.annotations ?? {};
  }
}
