import type { JsonPath } from './json-walk.ts';

/**
 * What may be done to the text at a place in a message:
 * - `free`: inspected and masked.
 * - `protocol`: an id, a cursor and the like, which must come back as it went, so it can't change; a known secret there
 *   blocks the message.
 * - `word`: MCP itself reads it, so it can't change; and since no token is a word of MCP's, one there blocks too.
 * - `definition`: part of a tool's definition that a client acts upon; a secret there hides the tool.
 * - `blob`: base64 of a file; text in it is masked and encoded again.
 */
export type Position = 'free' | 'protocol' | 'word' | 'definition' | 'blob';

/** What `positionOf` needs to know about the message: its own method, or for a response that of its request. */
export interface MessageType {
  readonly kind: 'request' | 'notification' | 'response';
  readonly method: string | undefined;
}

const MCP = 'io.modelcontextprotocol/';

// JSON pointers split at the slashes. '*' stands for any index or key, '**' at the end for everything below.
type Pattern = readonly string[];

const ANY_MESSAGE: readonly Pattern[] = [['jsonrpc'], ['id'], ['method']];

const ANY_PARAMS: readonly Pattern[] = [
  ['params', '_meta', 'progressToken'],
  ['params', '_meta', `${MCP}protocolVersion`],
  ['params', '_meta', `${MCP}subscriptionId`],
  ['params', '_meta', `${MCP}logLevel`],
  ['params', '_meta', `${MCP}related-task`, 'taskId'],
  ['params', '_meta', `${MCP}clientCapabilities`, '**'],
  ['params', 'requestState'],
];

const ANY_RESULT: readonly Pattern[] = [
  ['result', 'resultType'],
  ['result', 'nextCursor'],
  ['result', 'requestState'],
  ['result', 'cacheScope'],
  ['result', '_meta', `${MCP}subscriptionId`],
  ['result', '_meta', `${MCP}related-task`, 'taskId'],
  ['result', 'task', 'taskId'],
  ['result', 'task', 'status'],
  ['error', 'code'],
];

// Maps, since a peer chooses the method they are asked for: `constructor` is none.
const PARAMS = patternsByMethod({
  initialize: [
    ['params', 'protocolVersion'],
    ['params', 'capabilities', '**'],
  ],
  'notifications/progress': [['params', 'progressToken']],
  'notifications/cancelled': [['params', 'requestId']],
  'notifications/message': [['params', 'level']],
  'logging/setLevel': [['params', 'level']],
  'tools/list': [['params', 'cursor']],
  'prompts/list': [['params', 'cursor']],
  'resources/list': [['params', 'cursor']],
  'resources/templates/list': [['params', 'cursor']],
  'tasks/list': [['params', 'cursor']],
  'tasks/get': [['params', 'taskId']],
  'tasks/result': [['params', 'taskId']],
  'tasks/cancel': [['params', 'taskId']],
  'notifications/tasks/status': [
    ['params', 'taskId'],
    ['params', 'status'],
  ],
  'sampling/createMessage': [
    ['params', 'messages', '*', 'role'],
    ['params', 'messages', '*', 'content', 'type'],
    ['params', 'messages', '*', 'content', '*', 'type'],
  ],
});

const RESULTS = patternsByMethod({
  initialize: [
    ['result', 'protocolVersion'],
    ['result', 'capabilities', '**'],
  ],
  'server/discover': [
    ['result', 'supportedVersions', '**'],
    ['result', 'capabilities', '**'],
  ],
  'tools/call': [
    ['result', 'content', '*', 'type'],
    ['result', 'content', '*', 'mimeType'],
  ],
  'prompts/get': [
    ['result', 'messages', '*', 'role'],
    ['result', 'messages', '*', 'content', 'type'],
  ],
  'resources/read': [['result', 'contents', '*', 'mimeType']],
  'sampling/createMessage': [
    ['result', 'role'],
    ['result', 'content', 'type'],
    ['result', 'content', '*', 'type'],
  ],
  'tasks/get': [
    ['result', 'taskId'],
    ['result', 'status'],
  ],
  'tasks/cancel': [
    ['result', 'taskId'],
    ['result', 'status'],
  ],
  'tasks/list': [
    ['result', 'tasks', '*', 'taskId'],
    ['result', 'tasks', '*', 'status'],
  ],
});

const BLOBS: readonly Pattern[] = [
  ['result', 'contents', '*', 'blob'],
  ['result', 'content', '*', 'resource', 'blob'],
  ['result', 'content', '*', 'data'],
  ['result', 'content', 'data'],
  ['result', 'messages', '*', 'content', 'resource', 'blob'],
  ['result', 'messages', '*', 'content', 'data'],
  ['params', 'messages', '*', 'content', 'data'],
  ['params', 'messages', '*', 'content', '*', 'data'],
];

const TOOL_TEXT = new Set(['title', 'description', 'default', 'examples']);
const SCHEMA_MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependentRequired',
]);

// Of the places in the tables above, those that hold no word of MCP's but a handle of a peer's own making.
const HANDLES = new Set(
  `jsonrpc id method code progressToken requestId taskId cursor nextCursor requestState ${MCP}subscriptionId`.split(
    ' ',
  ),
);

/** What may be done to the value at `path`. The first pattern that fits decides; by place, never by name alone. */
export function positionOf(path: JsonPath, type: MessageType): Position {
  const byMethod = (type.kind === 'response' ? RESULTS : PARAMS).get(type.method ?? '') ?? [];
  const byKind = type.kind === 'response' ? ANY_RESULT : ANY_PARAMS;
  const ofMcp = firstMatch(path, ANY_MESSAGE) ?? firstMatch(path, byMethod) ?? firstMatch(path, byKind);
  if (ofMcp !== undefined) return HANDLES.has(ofMcp.at(-1) ?? '') ? 'protocol' : 'word';
  if (matchesAny(path, BLOBS)) return 'blob';
  const isTools = type.kind === 'response' && type.method === 'tools/list';
  return isTools && isInTool(path) && !isToolText(path) ? 'definition' : 'free';
}

/** True for the place of a list of tools. */
export function isToolList(path: JsonPath): boolean {
  return path.length === 2 && path[0] === 'result' && path[1] === 'tools';
}

/** True for the place of one of its tools. */
export function isTool(path: JsonPath): boolean {
  return path.length === 3 && isToolList(path.slice(0, 2)) && typeof path[2] === 'number';
}

function isInTool(path: JsonPath): boolean {
  return path.length > 3 && isTool(path.slice(0, 3));
}

// A schema may describe a property that is called `title`: then the word is a name, not a keyword.
function isToolText(path: JsonPath): boolean {
  return path.some(
    (segment, i) => i > 2 && TOOL_TEXT.has(String(segment)) && !SCHEMA_MAPS.has(String(path[i - 1])),
  );
}

// Objects whose keys are MCP's own words, and those words: only there is a key left alone for being one of them.
const PROTOCOL_OBJECTS: readonly Pattern[] = [
  [],
  ['params'],
  ['result'],
  ['error'],
  ['result', '*', '*'],
  ['params', '_meta'],
  ['result', '_meta'],
];
const PROTOCOL_KEYS = new Set(
  (
    'jsonrpc id method params result error code message data name uri arguments cursor nextCursor _meta content contents structuredContent isError tools ' +
    'prompts resources resourceTemplates messages role type text mimeType blob resource title description inputSchema outputSchema annotations ' +
    'capabilities clientInfo serverInfo instructions protocolVersion requestState inputRequests inputResponses resultType ttlMs cacheScope progressToken progress total ' +
    'requestId reason level logger ref argument context completion uriTemplate roots task taskId status icons execution'
  ).split(' '),
);

/** True for a key that is MCP's own word in its own place. `path` ends in the key. */
export function isProtocolKey(path: JsonPath): boolean {
  const key = path[path.length - 1];
  if (typeof key !== 'string') return false;
  return PROTOCOL_KEYS.has(key) && matchesAny(path.slice(0, -1), PROTOCOL_OBJECTS);
}

function patternsByMethod(
  patterns: Readonly<Record<string, readonly Pattern[]>>,
): ReadonlyMap<string, readonly Pattern[]> {
  return new Map(Object.entries(patterns));
}

function firstMatch(path: JsonPath, patterns: readonly Pattern[]): Pattern | undefined {
  return patterns.find((pattern) => matches(path, pattern));
}

function matchesAny(path: JsonPath, patterns: readonly Pattern[]): boolean {
  return firstMatch(path, patterns) !== undefined;
}

function matches(path: JsonPath, pattern: Pattern): boolean {
  const open = pattern[pattern.length - 1] === '**';
  const fixed = open ? pattern.length - 1 : pattern.length;
  if (open ? path.length < fixed : path.length !== fixed) return false;
  for (let i = 0; i < fixed; i += 1) if (pattern[i] !== '*' && pattern[i] !== path[i]) return false;
  return true;
}
