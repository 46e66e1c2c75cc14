import { toText } from '../bytes.ts';
import { headerValue } from '../header-value.ts';
import { idText } from './id.ts';
import { decodeJsonString } from './json-string.ts';
import { walkJson, type JsonPath } from './json-walk.ts';
import type { HeaderFields } from '../lane.ts';
import { LIMITS } from '../limits.ts';

/** Header names by the argument that they repeat: its path below `arguments`, as JSON text. */
type Declared = ReadonlyMap<string, string>;

/** A tool that says of itself what no client on HTTP can follow. */
export interface Unfit {
  readonly index: number;
  readonly name: string;
  readonly why: string;
}

/**
 * The arguments that a tool wants repeated in headers (`x-mcp-header`, 2026-07-28). A client on stdio need not know of
 * them, so they are learned from the lists of tools that pass. The server chose all of it.
 */
export class ParamHeaders {
  readonly #byTool = new Map<string, Declared>();
  #size = 0;

  /** Takes the answer to tools/list. Returns the tools that clients on HTTP have to leave out (Schema Extension). */
  learn(list: Uint8Array): Unfit[] {
    const tools = readTools(list);
    return tools.flatMap(({ name = '', declarations, fault, types }, index) => {
      const judged = fault ?? judge(declarations, types);
      const isFit = typeof judged !== 'string';
      this.#keep(name, isFit ? judged : new Map());
      return isFit ? [] : [{ index, name, why: judged }];
    });
  }

  // The last list counts. What declares nothing need not be kept.
  #keep(name: string, declared: Declared): void {
    this.#forget(name);
    if (declared.size === 0) return;
    this.#byTool.set(name, declared);
    this.#size += sizeOf(name, declared);
    for (const oldest of this.#byTool.keys()) {
      if (this.#size <= LIMITS.paramHeaderBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    const declared = this.#byTool.get(name);
    if (declared === undefined) return;
    this.#byTool.delete(name);
    this.#size -= sizeOf(name, declared);
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

function sizeOf(name: string, declared: Declared): number {
  return [...declared].reduce(
    (size, [argument, header]) => size + argument.length + header.length,
    name.length,
  );
}

const TYPES = new Set(['string', 'integer', 'boolean']);
const DATA = new Set(['default', 'examples', 'enum', 'const']);
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

interface Draft {
  name?: string;
  /** Of `x-mcp-header`, and the argument where it stands. */
  readonly declarations: { readonly argument: string; readonly header: string }[];
  /** Types by argument. */
  readonly types: Map<string, string>;
  fault?: string;
}

const NO_TEXT = 'x-mcp-header is no text';
const UNREACHABLE = 'x-mcp-header is not on a property that `properties` alone lead to';

function readTools(list: Uint8Array): Draft[] {
  const drafts: Draft[] = [];
  const draftAt = (path: JsonPath): Draft | undefined => {
    const [result, tools, index] = path;
    if (result !== 'result' || tools !== 'tools' || typeof index !== 'number') return undefined;
    return (drafts[index] ??= { declarations: [], types: new Map() });
  };
  const string = (path: JsonPath, start: number, end: number): void => {
    const draft = draftAt(path);
    if (draft === undefined) return;
    const text = (): string => toText(decodeJsonString(list, start, end));
    if (path.length === 4 && path[3] === 'name') draft.name = text();
    if (path[3] !== 'inputSchema') return;
    const rest = path.slice(4);
    const argument = JSON.stringify(argumentOf(rest));
    if (rest.at(-1) === 'type' && argument !== undefined) draft.types.set(argument, text());
    if (!isAnnotation(rest)) return;
    if (argument === undefined) draft.fault ??= UNREACHABLE;
    else draft.declarations.push({ argument, header: text() });
  };
  const other = (path: JsonPath): void => {
    const draft = draftAt(path);
    if (draft !== undefined && path[3] === 'inputSchema' && isAnnotation(path.slice(4)))
      draft.fault ??= NO_TEXT;
  };
  // What is below `properties` is an argument that happens to have this name.
  const container = (path: JsonPath): void => void (path.at(-2) === 'properties' || other(path));
  walkJson(list, { string, number: other, literal: other, container });
  return Array.from(drafts, (draft: Draft | undefined) => draft ?? { declarations: [], types: new Map() });
}

/** The declarations, or what is wrong with them. */
function judge(declarations: Draft['declarations'], types: Draft['types']): Declared | string {
  const declared = new Map<string, string>();
  const names = new Set<string>();
  for (const { argument, header } of declarations) {
    if (!TOKEN.test(header)) return 'x-mcp-header is no name of a header';
    if (!TYPES.has(types.get(argument) ?? '')) return 'x-mcp-header is on no string, integer or boolean';
    const name = `mcp-param-${header.toLowerCase()}`;
    if (names.has(name)) return 'two x-mcp-header are the same';
    names.add(name);
    declared.set(argument, name);
  }
  return declared;
}

// Examples and defaults hold data, which annotates nothing.
function isAnnotation(path: JsonPath): boolean {
  return path.at(-1) === 'x-mcp-header' && !path.some((key) => typeof key === 'string' && DATA.has(key));
}

// Below inputSchema: properties, NAME, properties, NAME … and a keyword of the last one.
function argumentOf(path: JsonPath): string[] | undefined {
  if (path.length < 3 || path.length % 2 === 0) return undefined;
  const names: string[] = [];
  for (let i = 0; i < path.length - 1; i += 2) {
    const name = path[i + 1];
    if (path[i] !== 'properties' || typeof name !== 'string') return undefined;
    names.push(name);
  }
  return names;
}
