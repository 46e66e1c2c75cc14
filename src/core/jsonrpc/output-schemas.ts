import { toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import type { Slices } from '../slices.ts';
import { decodeJsonString } from './json-string.ts';
import { walkInSlices, type JsonPath } from './json-walk.ts';

interface Listed {
  name?: string;
  schema?: Uint8Array;
}

/**
 * What tools say their structured results look like, as a client has been told: without that it holds no result against
 * a schema. Kept as text until it is asked for, up to a limit; the server chose all of it.
 */
export class OutputSchemas {
  readonly #schemas = new Map<string, Uint8Array>();
  #size = 0;

  /** Takes the answer to tools/list that `owner` gets, `slice` bytes at a time. */
  *learn(owner: string, list: Uint8Array, slice: number): Slices<void> {
    const tools: Listed[] = [];
    const at = ([result, key, index, field, ...rest]: JsonPath, wanted: string): Listed | undefined => {
      const isMeant = result === 'result' && key === 'tools' && field === wanted && rest.length === 0;
      return isMeant && typeof index === 'number' ? (tools[index] ??= {}) : undefined;
    };
    const container = (path: JsonPath, start: number, end: number): void => {
      const tool = at(path, 'outputSchema');
      if (tool !== undefined) tool.schema = list.slice(start, end);
    };
    const string = (path: JsonPath, start: number, end: number): void => {
      const tool = at(path, 'name');
      if (tool !== undefined) tool.name = toText(decodeJsonString(list, start, end));
    };
    yield* walkInSlices(list, { container, string }, slice);
    for (const { name, schema } of tools.filter((tool) => tool !== undefined))
      if (name !== undefined) this.#keep(keyOf(owner, name), schema);
  }

  /** The schema of a tool's results; undefined when none was told of. */
  schemaOf(owner: string, tool: string): unknown {
    const schema = this.#schemas.get(keyOf(owner, tool));
    return schema === undefined ? undefined : (JSON.parse(toText(schema)) as unknown);
  }

  // The last list counts, also where it tells of no schema any more.
  #keep(key: string, schema: Uint8Array | undefined): void {
    this.#forget(key);
    if (schema === undefined) return;
    this.#schemas.set(key, schema);
    this.#size += sizeOf(key, schema);
    for (const oldest of this.#schemas.keys()) {
      if (this.#size <= LIMITS.outputSchemaBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const schema = this.#schemas.get(key);
    if (schema === undefined) return;
    this.#schemas.delete(key);
    this.#size -= sizeOf(key, schema);
  }
}

function keyOf(owner: string, tool: string): string {
  return JSON.stringify([owner, tool]);
}

function sizeOf(key: string, schema: Uint8Array): number {
  return key.length + schema.length;
}
