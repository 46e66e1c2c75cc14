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

/** The tools of one answer to tools/list, by their index in it. Its server chose all of it. */
export function toolsOf(list: Uint8Array): ToolFacts[] {
  const tools: { name?: string; annotations: Record<string, boolean> }[] = [];
  const at = ([result, key, index]: JsonPath): (typeof tools)[number] | undefined =>
    result === 'result' && key === 'tools' && typeof index === 'number'
      ? (tools[index] ??= { annotations: {} })
      : undefined;
  walkJson(list, {
    string(path, start, end) {
      const tool = path.length === 4 && path[3] === 'name' ? at(path) : undefined;
      if (tool !== undefined) tool.name = toText(decodeJsonString(list, start, end));
    },
    literal(path, start) {
      const tool =
        path.length === 5 && path[3] === 'annotations' && HINTS.has(path[4]) ? at(path) : undefined;
      if (tool !== undefined) tool.annotations[String(path[4])] = list[start] === TRUE;
    },
  });
  return tools.map(({ name = '', annotations }) => ({ name, annotations }));
}

/** What servers have said of their tools, as a client has been told. The last list counts; of too many the oldest go. */
export class KnownTools {
  readonly #annotations = new Map<string, Annotations>();
  readonly #hidden = new Set<string>();

  learn(owner: string, tools: readonly ToolFacts[]): void {
    for (const { name, annotations } of tools) {
      const key = JSON.stringify([owner, name]);
      this.#annotations.delete(key);
      this.#annotations.set(key, annotations);
      const [oldest] = this.#annotations.keys();
      if (this.#annotations.size > LIMITS.knownTools && oldest !== undefined)
        this.#annotations.delete(oldest);
    }
  }

  /** Remembers tools that are not shown; tells whether any of them is new, and worth a word. */
  hide(names: readonly string[]): boolean {
    const fresh = names.filter((name) => !this.#hidden.has(name));
    for (const name of fresh) if (this.#hidden.size < LIMITS.knownTools) this.#hidden.add(name);
    return fresh.length > 0;
  }

  /** Empty: nobody has said anything. */
  annotationsOf(owner: string, tool: string): Annotations {
    return this.#annotations.get(JSON.stringify([owner, tool])) ?? {};
  }
}
