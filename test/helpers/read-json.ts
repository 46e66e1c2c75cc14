import { walkJson, type JsonPath } from '../../src/core/jsonrpc/json-walk.ts';

/**
 * The value of a JSON text. Not by JSON.parse: V8 may read a key with an escape in it as another key that it has seen
 * before (nodejs/node#63785), which now and then fails a test of random keys.
 */
export function readJson(text: string | Uint8Array): unknown {
  const raw = Buffer.from(text as string);
  const done = new Map<string, unknown>();
  const children = new Map<string, [string | number, unknown][]>();
  const put = (path: JsonPath, value: unknown): void => {
    if (path.length === 0) return void done.set('root', value);
    const parent = JSON.stringify(path.slice(0, -1));
    children.set(parent, [...(children.get(parent) ?? []), [path[path.length - 1] ?? '', value]]);
  };
  const lexeme = (path: JsonPath, start: number, end: number): void =>
    put(path, JSON.parse(raw.toString('utf8', start, end)));
  walkJson(raw, {
    string: (path, start, end) => put(path, JSON.parse(raw.toString('utf8', start - 1, end + 1))),
    number: lexeme,
    literal: lexeme,
    container: (path, start) => {
      const here = JSON.stringify(path);
      const members = children.get(here) ?? [];
      children.delete(here);
      put(path, raw[start] === 0x5b ? members.map(([, item]) => item) : Object.fromEntries(members));
    },
  });
  return done.get('root');
}
