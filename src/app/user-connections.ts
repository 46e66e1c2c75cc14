import { isDeepStrictEqual } from 'node:util';

import { isMap, parseDocument } from 'yaml';

import { parseProjectFile, type Named } from './project-file.ts';

const NEW_FILE = `# Your own connections: hallpass connect NAME
version: 1
`;

/** The user's own `hallpass.yaml` with more connections; comments and order stay. */
export function withConnections(text: string | undefined, added: Readonly<Record<string, unknown>>): string {
  if (Object.keys(added).length === 0) return text ?? '';
  const document = parseDocument(text === undefined || text.trim() === '' ? NEW_FILE : text);
  if (!isMap(document.get('connections', true))) document.set('connections', document.createNode({}));
  for (const [name, connection] of Object.entries(added))
    document.setIn(['connections', name], document.createNode(connection));
  return document.toString({ lineWidth: 0 });
}

/** The file without those connections that are still what they were when they were added. */
export function withoutConnections(
  { text, file }: { text: string; file: string },
  added: Readonly<Record<string, unknown>>,
): { text: string; kept: string[] } {
  const found = parseProjectFile(text, file).connections;
  const document = parseDocument(text);
  const kept: string[] = [];
  for (const [name, connection] of Object.entries(added)) {
    const now = Object.hasOwn(found, name) ? found[name] : undefined;
    if (now === undefined) continue;
    if (isDeepStrictEqual(now, asRead(name, connection))) document.deleteIn(['connections', name]);
    else kept.push(name);
  }
  return { text: document.toString({ lineWidth: 0 }), kept };
}

// With the defaults of what was left out.
function asRead(name: string, connection: unknown): Named | undefined {
  return parseProjectFile(JSON.stringify({ connections: { [name]: connection } }), '').connections[name];
}
