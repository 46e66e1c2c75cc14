import { describe, expect, test } from 'vitest';

import type { Named } from '../../src/app/project-file.ts';
import { parseProjectFile } from '../../src/app/project-file.ts';
import { planCredentials, variableOf } from '../../src/app/run-with.ts';

function named(connection: object): Named | undefined {
  return parseProjectFile(JSON.stringify({ connections: { it: connection } }), 'hallpass.yaml').connections[
    'it'
  ];
}

const plan = (words: readonly string[], connection?: object) =>
  planCredentials(words, () => (connection === undefined ? undefined : named(connection)));

describe('what --with asks for', () => {
  test.each([
    ['tickets', 'tickets', []],
    ['tickets:read', 'tickets', ['read']],
    ['tickets:read,write', 'tickets', ['read', 'write']],
    ['tickets:repo:read, user', 'tickets', ['repo:read', 'user']],
  ])('%s', (word, connection, scopes) => {
    expect(plan([word])).toMatchObject([{ source: 'hub-jwt', request: { connection, scopes } }]);
  });

  test.each(['', ':read', 'tickets:', 'tickets:read,', 'tickets:a"b', '../etc', '.hidden', 'a/b', 'a\nb'])(
    '%j is refused',
    (word) => {
      expect(() => plan([word])).toThrowWithCode('ERR_USAGE');
    },
  );

  test.each([
    ['tickets', 'TICKETS_TOKEN'],
    ['my-tickets.v2', 'MY_TICKETS_V2_TOKEN'],
    ['7zip', '_7ZIP_TOKEN'],
  ])('%s is in %s unless its connection says otherwise', (word, variable) => {
    expect(plan([word]).map(variableOf)).toEqual([variable]);
  });

  test('goes by what the connection says: source, name at the hub, scopes, variable or file', () => {
    const auth = { bearer: 'hub-jwt', connection: 'tickets-prod', scopes: ['read'] };
    expect(plan(['it'], { url: 'https://x.example', auth, inject: { file: 'IT_FILE' } })).toMatchObject([
      {
        source: 'hub-jwt',
        request: { connection: 'tickets-prod', scopes: ['read'] },
        inject: { file: 'IT_FILE' },
      },
    ]);
    expect(plan(['it:write'], { auth })).toMatchObject([{ request: { scopes: ['write'] } }]);
  });

  test("is refused for what is the proxy's alone, unless a file says that it may leave", () => {
    const auth = { bearer: 'secret:KEY' };
    expect(() => plan(['it'], { auth })).toThrowWithCode('ERR_DENIED');
    expect(plan(['it'], { auth: { ...auth, use: 'export' } }).map(variableOf)).toEqual(['IT_TOKEN']);
    expect(plan(['it'], { auth, inject: { env: 'KEY' } }).map(variableOf)).toEqual(['KEY']);
  });

  test('is refused where it could not be had: scopes of a stored secret, a server without auth, one variable for two', () => {
    const inject = { env: 'KEY' };
    expect(() => plan(['it:read'], { auth: { bearer: 'secret:KEY' }, inject })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['it'], { url: 'https://x.example' })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['it'], { command: 'server' })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['a-b', 'a.b'])).toThrow('A_B_TOKEN can not be for a-b and a.b');
  });
});

describe('inject in hallpass.yaml', () => {
  const auth = { bearer: 'hub-jwt' };

  test.each([
    ['a variable of hallpass', { auth, inject: { env: 'HALLPASS_PASSPHRASE' } }],
    ['no name of a variable', { auth, inject: { env: 'A=B' } }],
    ['both at once', { auth, inject: { env: 'A', file: 'B' } }],
    ['neither', { auth, inject: {} }],
    ['without auth', { inject: { env: 'A' } }],
    ['without auth, of a server', { url: 'https://x.example', inject: { env: 'A' } }],
  ])('%s is refused', (_, connection) => {
    expect(() => named(connection)).toThrowWithCode('ERR_CONFIG');
  });
});
