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

/** What a schema says about itself in plain words; all else in it decides what fits (JSON Schema 2020-12, section 9). */
const SCHEMA_TEXT = new Set(['title', 'description', 'default', 'examples']);
/** Keywords whose keys are names, with a schema below each; a name may be any word, `title` too. */
const SCHEMA_MAPS = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);
/** Keywords with a schema, or a list of them. */
const SUBSCHEMAS = new Set(
  (
    'items prefixItems additionalItems unevaluatedItems contains additionalProperties unevaluatedProperties ' +
    'propertyNames allOf anyOf oneOf not if then else contentSchema'
  ).split(' '),
);

// Of the places in the tables above, those that hold no word of MCP's but a handle of a peer's own making.
const HANDLES = new Set(
  `jsonrpc id method code progressToken requestId taskId cursor nextCursor requestState ${MCP}subscriptionId`.split(
    ' ',
  ),
);

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

/** True for a key with which MCP itself may mean something, in the places where it does. */
export function isMcpWord(key: string): boolean {
  return PROTOCOL_KEYS.has(key) || key.startsWith(MCP);
}

/** A place in a message: what may be done there, and the way to the places below it. The same for equal ways. */
export interface Place {
  readonly position: Position;
  /** A list of tools, or one of its tools. */
  readonly tools: 'list' | 'tool' | undefined;
  /** True for a key here that is MCP's own word. */
  isProtocolKey(key: string): boolean;
  at(segment: string | number): Place;
}

/** The place of a message as a whole. */
export function rootPlace({ kind, method = '' }: MessageType): Place {
  const isResponse = kind === 'response';
  if (isResponse && method === 'tools/list') return TOOL_LIST_ROOT;
  const roots = isResponse ? RESPONSE_ROOTS : OTHER_ROOTS;
  return roots.get(method) ?? (isResponse ? ANY_RESPONSE_ROOT : ANY_OTHER_ROOT);
}

/** What may be done to the value at `path`. The first pattern that fits decides; by place, never by name alone. */
export function positionOf(path: JsonPath, type: MessageType): Position {
  return path.reduce((place: Place, segment) => place.at(segment), rootPlace(type)).position;
}

/** Patterns that still fit a place, and all that has to be known about it. Places below are made when they are asked for. */
interface Alive {
  readonly depth: number;
  readonly mcp: readonly Pattern[];
  readonly blobs: readonly Pattern[];
  readonly objects: readonly Pattern[];
  /** To the tools of a list, where this is on the way to one. */
  readonly toTools: readonly Pattern[];
}

// No word of any pattern: stands for all keys that no pattern names.
const OTHER = '';

class PatternPlace implements Place {
  readonly position: Position;
  readonly tools: Place['tools'];
  readonly #alive: Alive;
  readonly #isProtocolObject: boolean;
  readonly #words: ReadonlySet<string>;
  readonly #below = new Map<string | number, Place>();

  constructor(alive: Alive) {
    const { depth, mcp, blobs, objects, toTools } = alive;
    this.#alive = alive;
    this.#words = new Set([...mcp, ...blobs, ...objects, ...toTools].map((p) => p[depth] ?? OTHER));
    this.#isProtocolObject = objects.some((pattern) => pattern.length === depth);
    this.tools = toTools
      .map((pattern) => LISTED[pattern.length - depth])
      .find((listed) => listed !== undefined);
    const ofMcp = mcp.find((pattern) => endsAt(pattern, depth));
    if (ofMcp !== undefined) this.position = HANDLES.has(ofMcp.at(-1) ?? '') ? 'protocol' : 'word';
    else this.position = blobs.some((pattern) => endsAt(pattern, depth)) ? 'blob' : 'free';
  }

  isProtocolKey(key: string): boolean {
    return this.#isProtocolObject && PROTOCOL_KEYS.has(key);
  }

  at(segment: string | number): Place {
    if (this.tools === 'tool') return TOOL.at(segment);
    // Any index is like any other, and so is any key that no pattern names: a peer can't make more of them than there are.
    const like = typeof segment === 'number' ? 0 : this.#words.has(segment) ? segment : OTHER;
    const known = this.#below.get(like);
    if (known !== undefined) return known;
    const place = this.#next(like);
    this.#below.set(like, place);
    return place;
  }

  #next(segment: string | number): Place {
    const { depth, mcp, blobs, objects, toTools } = this.#alive;
    const fitting = (patterns: readonly Pattern[]): Pattern[] =>
      patterns.filter((pattern) => fits(pattern, depth, segment));
    const alive = {
      depth: depth + 1,
      mcp: fitting(mcp),
      blobs: fitting(blobs),
      objects: fitting(objects),
      // Only what stands in an array is in the list.
      toTools: fitting(toTools).filter(({ length }) => length > depth + 1 || typeof segment === 'number'),
    };
    const [only] = alive.mcp;
    if (only !== undefined && alive.mcp.every((pattern) => pattern[depth] === '**')) return WORDS;
    const isOver = alive.mcp.length + alive.blobs.length + alive.objects.length + alive.toTools.length === 0;
    return isOver ? FREE : new PatternPlace(alive);
  }
}

/** By how much is left of the way. */
const LISTED: readonly Place['tools'][] = ['tool', 'list'];

const TOOLS_OF_LIST: readonly Pattern[] = [['result', 'tools', '*']];
/** What a model may call when a server asks for a sample: in a request of its own, or in a result (2026-07-28, MRTR). */
const TOOLS_OF_SAMPLING: readonly Pattern[] = [['params', 'tools', '*']];
const TOOLS_OF_INPUT: readonly Pattern[] = [['result', 'inputRequests', '*', 'params', 'tools', '*']];

function fits(pattern: Pattern, depth: number, segment: string | number): boolean {
  const expected = pattern[depth];
  return expected === '*' || expected === '**' || (expected !== undefined && expected === segment);
}

// '**' fits what it stands below of, too.
function endsAt(pattern: Pattern, depth: number): boolean {
  return pattern.length === depth || (pattern.length === depth + 1 && pattern[depth] === '**');
}

/** A place below which all is alike. */
function evenPlace(position: Position): Place {
  const place: Place = { position, tools: undefined, isProtocolKey: () => false, at: () => place };
  return place;
}

/** A place of which nothing is known. */
export const FREE = evenPlace('free');
const WORDS = evenPlace('word');

/** A place of a tool's definition; below it are others. */
function definitionPlace(below: (segment: string) => Place): Place {
  return {
    position: 'definition',
    tools: undefined,
    isProtocolKey: () => false,
    at: (segment) => below(String(segment)),
  };
}

// Values that a client compares or passes on, `const` and `_meta` for example: a `title` in them is no title.
const DEFINITION = evenPlace('definition');
const SCHEMA: Place = definitionPlace((key) => {
  if (SCHEMA_TEXT.has(key)) return FREE;
  if (SCHEMA_MAPS.has(key)) return NAMES;
  return SUBSCHEMAS.has(key) ? SCHEMA_OR_LIST : DEFINITION;
});
const SCHEMA_OR_LIST: Place = { ...SCHEMA, at: (at) => (typeof at === 'number' ? SCHEMA : SCHEMA.at(at)) };
const NAMES = definitionPlace(() => SCHEMA);
const ANNOTATIONS = definitionPlace((key) => (key === 'title' ? FREE : DEFINITION));
const TOOL = definitionPlace((key) => {
  if (key === 'title' || key === 'description') return FREE;
  if (key === 'annotations') return ANNOTATIONS;
  return key === 'inputSchema' || key === 'outputSchema' ? SCHEMA : DEFINITION;
});

function rootOf(mcp: readonly Pattern[], toTools: readonly Pattern[]): Place {
  return new PatternPlace({
    depth: 0,
    mcp: [...ANY_MESSAGE, ...mcp],
    blobs: BLOBS,
    objects: PROTOCOL_OBJECTS,
    toTools,
  });
}

function rootsOf(
  byMethod: ReadonlyMap<string, readonly Pattern[]>,
  byKind: readonly Pattern[],
  toTools: (method: string) => readonly Pattern[],
): ReadonlyMap<string, Place> {
  return new Map(
    [...byMethod].map(([method, patterns]) => [method, rootOf([...patterns, ...byKind], toTools(method))]),
  );
}

const OTHER_ROOTS = rootsOf(PARAMS, ANY_PARAMS, (method) =>
  method === 'sampling/createMessage' ? TOOLS_OF_SAMPLING : [],
);
const RESPONSE_ROOTS = rootsOf(RESULTS, ANY_RESULT, () => TOOLS_OF_INPUT);
const ANY_OTHER_ROOT = rootOf(ANY_PARAMS, []);
const ANY_RESPONSE_ROOT = rootOf(ANY_RESULT, TOOLS_OF_INPUT);
const TOOL_LIST_ROOT = rootOf(ANY_RESULT, TOOLS_OF_LIST);

function patternsByMethod(
  patterns: Readonly<Record<string, readonly Pattern[]>>,
): ReadonlyMap<string, readonly Pattern[]> {
  return new Map(Object.entries(patterns));
}
