import { describe, expect, test } from 'vitest';

import {
  positionOf,
  rootPlace,
  type MessageType,
  type Position,
} from '../../../src/core/jsonrpc/positions.ts';

const MCP = 'io.modelcontextprotocol/';

/** `/a/0/b` as a path; a tilde-escaped slash within a key. */
function path(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/')));
}

const request = (method: string): MessageType => ({ kind: 'request', method });
const notification = (method: string): MessageType => ({ kind: 'notification', method });
const response = (method: string | undefined): MessageType => ({ kind: 'response', method });

test.each<[Position, MessageType, string]>([
  ['protocol', request('tools/call'), '/id'],
  ['protocol', request('tools/call'), '/method'],
  ['protocol', response('tools/call'), '/id'],
  ['protocol', request('tools/call'), '/params/_meta/progressToken'],
  ['protocol', request('tools/call'), '/params/requestState'],
  ['word', request('tools/call'), `/params/_meta/${MCP.replace('/', '~1')}protocolVersion`],
  ['free', request('tools/call'), '/params/name'],
  ['free', request('tools/call'), '/params/arguments/id'],
  ['free', request('tools/call'), '/params/arguments/cursor'],
  ['free', request('tools/call'), '/params/arguments/_meta/progressToken'],
  ['free', request('tools/call'), '/params/arguments/requestState'],
  ['free', request('tools/call'), '/params/cursor'],
  ['protocol', request('tools/list'), '/params/cursor'],
  ['protocol', request('resources/templates/list'), '/params/cursor'],
  ['free', request('resources/read'), '/params/uri'],
  ['protocol', request('tasks/get'), '/params/taskId'],
  ['protocol', response('tasks/get'), '/result/taskId'],
  ['protocol', response('tasks/list'), '/result/tasks/2/taskId'],
  ['free', response('tasks/get'), '/result/statusMessage'],
  ['protocol', notification('notifications/progress'), '/params/progressToken'],
  ['free', notification('notifications/progress'), '/params/message'],
  ['protocol', notification('notifications/cancelled'), '/params/requestId'],
  ['free', notification('notifications/cancelled'), '/params/reason'],
  ['word', notification('notifications/message'), '/params/level'],
  ['free', notification('notifications/message'), '/params/data/level'],
  ['free', notification('notifications/other'), '/params/progressToken'],
  ['word', request('initialize'), '/params/protocolVersion'],
  ['word', request('initialize'), '/params/capabilities/experimental/x'],
  ['free', request('initialize'), '/params/clientInfo/name'],
  ['word', request('initialize'), '/params/capabilities/experimental/id'],
  ['word', response('initialize'), '/result/protocolVersion'],
  ['free', response('initialize'), '/result/instructions'],
  ['free', response('tools/call'), '/result/protocolVersion'],
  ['protocol', response('tools/list'), '/result/nextCursor'],
  ['protocol', response('tools/call'), '/result/requestState'],
  ['protocol', response('tools/call'), '/result/task/taskId'],
  ['word', response('tools/call'), '/result/content/0/type'],
  ['free', response('tools/call'), '/result/content/0/text'],
  ['free', response('tools/call'), '/result/structuredContent/nextCursor'],
  ['free', response('tools/call'), '/result/structuredContent/content/0/type'],
  ['protocol', response('tools/call'), '/error/code'],
  ['free', response('tools/call'), '/error/message'],
  ['free', response('tools/call'), '/error/data/code'],
  // What a response answers may be unknown; what all results share still holds.
  ['protocol', response(undefined), '/result/nextCursor'],
  ['free', response(undefined), '/result/tools/0/name'],
  ['blob', response('resources/read'), '/result/contents/0/blob'],
  ['blob', response('tools/call'), '/result/content/1/data'],
  ['blob', response('tools/call'), '/result/content/1/resource/blob'],
  ['blob', response('prompts/get'), '/result/messages/0/content/data'],
  ['blob', request('sampling/createMessage'), '/params/messages/0/content/data'],
  ['blob', request('sampling/createMessage'), '/params/messages/0/content/2/data'],
  ['blob', response('sampling/createMessage'), '/result/content/data'],
  ['free', response('tools/call'), '/result/structuredContent/data'],
])('%s: %o %s', (position, type, pointer) => {
  expect(positionOf(path(pointer), type)).toBe(position);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'the method %s is like any unknown one',
  (method) => {
    for (const kind of ['request', 'response', 'notification'] as const) {
      expect(positionOf(['params', 'x'], { kind, method })).toBe('free');
      expect(positionOf(['result', 'x'], { kind, method })).toBe('free');
    }
  },
);

describe('in a list of tools', () => {
  const at = (pointer: string): Position =>
    positionOf(path(`/result/tools${pointer}`), response('tools/list'));

  test.each([
    '/0/description',
    '/0/title',
    '/0/annotations/title',
    '/0/inputSchema/description',
    '/0/inputSchema/properties/path/description',
    '/0/inputSchema/properties/path/title',
    '/0/inputSchema/properties/path/default',
    '/0/inputSchema/properties/path/default/deeper/enum/0',
    '/0/inputSchema/properties/path/examples/0',
    '/0/inputSchema/items/default',
    '/0/inputSchema/anyOf/1/description',
    '/0/inputSchema/$defs/x/description',
    '/0/inputSchema/properties/title/description',
    '/12/outputSchema/properties/default/default',
    '/0/inputSchema/prefixItems/1/title',
    '/0/inputSchema/additionalProperties/description',
    '/0/inputSchema/if/not/then/else/contains/propertyNames/title',
    '/0/inputSchema/dependencies/x/description',
    '/0/inputSchema/definitions/x/allOf/0/oneOf/1/default',
    // A property may be called what a keyword is called.
    '/0/inputSchema/properties/properties/title',
    '/0/inputSchema/properties/$defs/examples/0',
    '/0/inputSchema/properties/const/title',
    '/0/inputSchema/properties/enum/properties/items/default',
  ])('%s is text', (pointer) => expect(at(pointer)).toBe('free'));

  test.each([
    '/0/name',
    '/0/inputSchema/type',
    '/0/inputSchema/required/0',
    '/0/inputSchema/properties/path/enum/0',
    '/0/inputSchema/properties/path/const',
    '/0/inputSchema/properties/path/pattern',
    '/0/inputSchema/properties/title/enum/0',
    '/0/inputSchema/properties/title/const',
    '/0/inputSchema/properties/description/type',
    '/0/inputSchema/properties/default/const',
    '/0/inputSchema/$defs/examples/const',
    '/0/inputSchema/patternProperties/title/const',
    '/0/inputSchema/dependentSchemas/title/const',
    '/0/annotations/readOnlyHint',
    '/0/annotations/description',
    '/0/annotations/title2',
    '/0/_meta/x',
    '/0/_meta/title',
    '/0/_meta/ui/description',
    '/0/icons/0/src',
    '/0/icons/0/title',
    '/0/execution/taskSupport',
    '/0/default',
    '/0/examples/0',
    '/0/0',
    '/0/inputSchema/$ref',
    '/0/inputSchema/$comment',
    '/0/inputSchema/format',
    '/0/inputSchema/properties/path/const/title',
    '/0/inputSchema/properties/path/enum/0/description',
    '/0/inputSchema/properties/path/enum/0/properties/x/default',
    '/0/inputSchema/properties/path/x-vendor/title',
    '/0/inputSchema/dependencies/title/0',
    '/0/inputSchema/dependentRequired/title/0',
    '/0/inputSchema/required/title',
    '/0/inputSchema/properties/default',
    '/0/inputSchema/properties/title',
    '/0/inputSchema/properties/properties/const',
    '/0/outputSchema/$defs/default/pattern',
  ])('%s is part of the definition', (pointer) => expect(at(pointer)).toBe('definition'));

  // There is no tool to hide, so it must be masked where it stands.
  test.each(['/0', '/a', '/a/name', ''])('%s is no tool', (pointer) => expect(at(pointer)).toBe('free'));

  test('only where the message answers tools/list', () => {
    for (const type of [response('tools/call'), response(undefined), request('tools/list')])
      expect(positionOf(path('/result/tools/0/name'), type)).toBe('free');
  });
});

describe('the tools that a server lets a model call', () => {
  test.each([
    ['/params/tools', request('sampling/createMessage')],
    ['/result/inputRequests/ask/params/tools', response('tools/call')],
    ['/result/inputRequests/ask/params/tools', response(undefined)],
  ])('at %s are definitions', (list, type) => {
    expect(positionOf(path(`${list}/0/name`), type)).toBe('definition');
    expect(positionOf(path(`${list}/0/inputSchema/properties/x/enum/0`), type)).toBe('definition');
    expect(positionOf(path(`${list}/0/description`), type)).toBe('free');
    expect(positionOf(path(`${list}/a/name`), type)).toBe('free');
  });

  test('only there', () => {
    expect(positionOf(path('/params/tools/0/name'), request('tools/call'))).toBe('free');
    expect(positionOf(path('/params/tools/0/name'), request('tools/list'))).toBe('free');
    expect(positionOf(path('/result/x/ask/params/tools/0/name'), response('tools/call'))).toBe('free');
  });
});

describe('a key', () => {
  const isKey = (pointer: string): boolean => {
    const [key, ...above] = path(pointer).toReversed();
    const place = above.reduceRight((at, segment) => at.at(segment), rootPlace(response('tools/call')));
    return place.isProtocolKey(String(key));
  };

  test.each([
    '/id',
    '/params',
    '/params/name',
    '/params/arguments',
    '/result/content',
    '/result/content/0/text',
    '/result/tools/0/inputSchema',
    '/error/message',
  ])('%s is MCP’s own word in its place', (pointer) => expect(isKey(pointer)).toBe(true));

  test.each([
    '/params/arguments/name',
    '/result/structuredContent/a/b/name',
    '/params/password',
    '/secret',
    `/params/_meta/${MCP.replace('/', '~1')}anything`,
    '/result/content/0',
  ])('%s is anybody’s', (pointer) => expect(isKey(pointer)).toBe(false));
});
