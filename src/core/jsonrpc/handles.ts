import type { JsonPath } from './json-walk.ts';

/** What a server names its things by, and clients hand back: `request` is a key of `inputRequests`. */
export type Handle = 'uri' | 'template' | 'prompt' | 'task' | 'request';

/** Whether the place of a handle is that of a string or of a key. */
type Kind = 'string' | 'key';

interface Place {
  /** '*' stands for any index or key. By position, never by name alone. */
  readonly path: readonly string[];
  readonly handle: Handle;
  readonly kind: Kind;
}

/** Where a server tells a client of a handle, in any of its messages. */
const GIVEN = [
  ...placesOf('uri', [
    'result/resources/*/uri',
    'result/contents/*/uri',
    'result/content/*/uri',
    'result/content/*/resource/uri',
    'result/messages/*/content/uri',
    'result/messages/*/content/resource/uri',
    'params/uri',
  ]),
  ...placesOf('template', ['result/resourceTemplates/*/uriTemplate']),
  ...placesOf('prompt', ['result/prompts/*/name']),
  ...placesOf('task', ['result/taskId']),
  ...placesOf('request', ['result/inputRequests/*'], 'key'),
];

const TASK = placesOf('task', ['params/taskId']);
const URI = placesOf('uri', ['params/uri']);

/** Where a client hands one back, by the method of its request. */
const TAKEN = new Map([
  ['resources/read', URI],
  ['resources/subscribe', URI],
  ['resources/unsubscribe', URI],
  ['subscriptions/listen', placesOf('uri', ['params/notifications/resourceSubscriptions/*'])],
  ['prompts/get', placesOf('prompt', ['params/name'])],
  [
    'completion/complete',
    [...placesOf('template', ['params/ref/uri']), ...placesOf('prompt', ['params/ref/name'])],
  ],
  ['tasks/get', TASK],
  ['tasks/update', TASK],
  ['tasks/result', TASK],
  ['tasks/cancel', TASK],
]);
/** In any request that is made again once what the server has asked for is there. */
const ANSWERS = 'inputResponses';
const TAKEN_ANYWHERE = placesOf('request', [`params/${ANSWERS}/*`], 'key');

function placesOf(handle: Handle, paths: readonly string[], kind: Kind = 'string'): Place[] {
  return paths.map((path) => ({ path: path.split('/'), handle, kind }));
}

/** The handle that a server gives at this place of a message. */
export function handleGiven(path: JsonPath, kind: Kind): Handle | undefined {
  return handleAt(GIVEN, path, kind);
}

/** The handle that a client's request hands back at this place. */
export function handleTaken(method: string, path: JsonPath, kind: Kind): Handle | undefined {
  return handleAt(TAKEN.get(method) ?? [], path, kind) ?? handleAt(TAKEN_ANYWHERE, path, kind);
}

/** Whether a request may hand one back at all. */
export function mayTakeHandle(method: string, request: Uint8Array): boolean {
  return (
    TAKEN.has(method) || Buffer.from(request.buffer, request.byteOffset, request.length).includes(ANSWERS)
  );
}

function handleAt(places: readonly Place[], path: JsonPath, kind: Kind): Handle | undefined {
  return places.find((place) => place.kind === kind && isAt(place.path, path))?.handle;
}

function isAt(place: readonly string[], path: JsonPath): boolean {
  return place.length === path.length && place.every((part, i) => part === '*' || part === path[i]);
}
