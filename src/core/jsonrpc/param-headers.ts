import { toText } from '../bytes.ts';
import { headerValue } from '../header-value.ts';
import { idText } from './id.ts';
import { decodeJsonString } from './json-string.ts';
import { walkJson, type JsonPath } from './json-walk.ts';
import type { HeaderFields } from '../lane.ts';

/** Header names by the argument that they repeat: its path below `arguments`, as JSON text. */
type Declared = Map<string, string>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The arguments that a tool wants repeated in headers (`x-mcp-header`, 2026-07-28). A client on stdio need not know of
 * them, so they are learned from the lists of tools that pass. The server chose all of it.
 */
export class ParamHeaders {
  readonly #byTool = new Map<string, Declared>();

  /** Takes the answer to tools/list. */
  learn(list: Uint8Array): void {
    const names: string[] = [];
    const declared: Declared[] = [];
    const string = (path: JsonPath, start: number, end: number): void => {
      const [result, tools, index, field, ...rest] = path;
      if (result !== 'result' || tools !== 'tools' || typeof index !== 'number') return;
      const text = (): string => toText(decodeJsonString(list, start, end));
      if (field === 'name' && rest.length === 0) names[index] = text();
      const argument = field === 'inputSchema' ? argumentOf(rest) : undefined;
      if (argument !== undefined && TOKEN.test(text()))
        (declared[index] ??= new Map()).set(JSON.stringify(argument), `mcp-param-${text().toLowerCase()}`);
    };
    walkJson(list, { string });
    names.forEach((name, i) => this.#byTool.set(name, declared[i] ?? new Map()));
  }

  /** The names of the headers that `tool` has declared. */
  namesFor(tool: string | undefined): string[] {
    return [...(this.#byTool.get(tool ?? '')?.values() ?? [])];
  }

  /** The headers for a call of `tool`; `call` is what the server will get. */
  headersFor(tool: string | undefined, call: Uint8Array): HeaderFields {
    const declared = this.#byTool.get(tool ?? '');
    if (declared === undefined || declared.size === 0) return {};
    const headers: Record<string, string> = {};
    const note =
      (read: (start: number, end: number) => string | undefined) =>
      (path: JsonPath, start: number, end: number): void => {
        if (path[0] !== 'params' || path[1] !== 'arguments') return;
        const name = declared.get(JSON.stringify(path.slice(2)));
        const value = name === undefined ? undefined : read(start, end);
        if (name !== undefined && value !== undefined) headers[name] = headerValue(value);
      };
    walkJson(call, {
      string: note((start, end) => toText(decodeJsonString(call, start, end))),
      number: note((start, end) => idText(call, { start, end, isString: false })),
      literal: note((start, end) => (call[start] === 0x6e ? undefined : toText(call.subarray(start, end)))),
    });
    return headers;
  }
}

// Below inputSchema: properties, NAME, properties, NAME … x-mcp-header. Anywhere else it declares nothing.
function argumentOf(path: JsonPath): string[] | undefined {
  if (path.length < 3 || path.length % 2 === 0 || path[path.length - 1] !== 'x-mcp-header') return undefined;
  const names: string[] = [];
  for (let i = 0; i < path.length - 1; i += 2) {
    const name = path[i + 1];
    if (path[i] !== 'properties' || typeof name !== 'string') return undefined;
    names.push(name);
  }
  return names;
}
