import { describe, expect, test } from 'vitest';

import type { Named } from '../../src/app/project-file.ts';
import { parseProjectFile } from '../../src/app/project-file.ts';
import { planCredentials, variablesOf } from '../../src/app/run-with.ts';

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
    expect(plan([word]).flatMap(variablesOf)).toEqual([variable]);
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
    expect(plan(['it'], { auth: { ...auth, use: 'export' } }).flatMap(variablesOf)).toEqual(['IT_TOKEN']);
    expect(plan(['it'], { auth, inject: { env: 'KEY' } }).flatMap(variablesOf)).toEqual(['KEY']);
  });

  test('is refused where it could not be had: scopes of a stored secret, a server without auth, one variable for two', () => {
    const inject = { env: 'KEY' };
    expect(() => plan(['it:read'], { auth: { bearer: 'secret:KEY' }, inject })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['it'], { url: 'https://x.example' })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['it'], { command: 'server' })).toThrowWithCode('ERR_USAGE');
    expect(() => plan(['a-b', 'a.b'])).toThrow('A_B_TOKEN can not be for a-b and a.b');
  });
});

describe('a netrc file', () => {
  const auth = { bearer: 'secret:KEY' };

  test.each([
    ['of the server', { url: 'https://api.example.com/mcp' }, {}, 'api.example.com'],
    [
      'that the file names',
      { url: 'https://api.example.com' },
      { machine: 'other.example' },
      'other.example',
    ],
    ['that the file of a credential alone names', {}, { machine: 'other.example' }, 'other.example'],
  ])('is for the machine %s', (_, target, rest, machine) => {
    const inject = { netrc: 'NETRC', ...rest };
    expect(plan(['it'], { ...target, auth, inject })).toMatchObject([{ machine, inject }]);
  });

  test('that is for no machine is refused', () => {
    expect(() => plan(['it'], { auth, inject: { netrc: 'NETRC' } })).toThrowWithCode('ERR_CONFIG');
  });
});

describe('descriptors', () => {
  const auth = { bearer: 'secret:KEY' };

  test('are at most six: a shell knows them by one digit', () => {
    const words = Array.from({ length: 7 }, (_, i) => `it${i}`);
    const find = (name: string) => named({ auth, inject: { fd: name.toUpperCase() } });
    expect(planCredentials(words.slice(1), find)).toHaveLength(6);
    expect(() => planCredentials(words, find)).toThrowWithCode('ERR_USAGE');
  });
});

describe('a database', () => {
  const postgres = {
    url: 'postgres://admin@db.example.com/orders',
    password: 'secret:ORDERS_ADMIN',
    grants: ['read:public.*'],
  };
  const auth = { postgres };

  test('needs no inject: its role is for a command anyway, and in the variables of libpq', () => {
    const [planned] = plan(['it'], { auth });
    expect(planned).toMatchObject({
      source: { postgres: { ...postgres, password: 'ORDERS_ADMIN' } },
      request: { connection: 'it', scopes: [] },
      inject: { libpq: true },
    });
    expect(planned === undefined ? [] : variablesOf(planned)).toEqual([
      'PGHOST',
      'PGPORT',
      'PGDATABASE',
      'PGUSER',
      'PGPASSWORD',
      'PGSSLMODE',
      'PGSSLROOTCERT',
    ]);
  });

  test('is narrowed by what stands behind the colon, and injected as its connection says', () => {
    const inject = { env: 'DATABASE_URL' };
    expect(plan(['it:read:public.orders,role:clerk'], { auth, inject })).toMatchObject([
      { request: { scopes: ['read:public.orders', 'role:clerk'] }, inject },
    ]);
  });

  test.each([
    ['a password in its address', { ...postgres, url: 'postgres://a:b@h/d' }],
    ['an address without a user', { ...postgres, url: 'postgres://h/d' }],
    ['an address without a database', { ...postgres, url: 'postgres://a@h' }],
    ['an address of something else', { ...postgres, url: 'mysql://a@h/d' }],
    ['TLS that trusts whoever answers', { ...postgres, url: 'postgres://a@h/d?sslmode=require' }],
    ['a password that is not stored', { ...postgres, password: 'x' }],
    ['a relative file of authorities', { ...postgres, ca: 'db.pem' }],
    ['no grants', { ...postgres, grants: [] }],
    ['a grant of something else', { ...postgres, grants: ['all'] }],
    ['a grant without a schema', { ...postgres, grants: ['read:orders'] }],
  ])('with %s is refused', (_, wrong) => {
    expect(() => named({ auth: { postgres: wrong } })).toThrowWithCode('ERR_CONFIG');
  });

  test('says which key was meant', () => {
    const { password, ...rest } = postgres;
    expect(() => named({ auth: { postgres: { ...rest, pasword: password } } })).toThrow(
      'did you mean "password"?',
    );
  });

  test('is nothing to show a server, and its variables are for nothing else', () => {
    expect(() => named({ url: 'https://x.example', auth })).toThrowWithCode('ERR_CONFIG');
    expect(() => named({ auth: { bearer: 'hub-jwt' }, inject: { libpq: true } })).toThrowWithCode(
      'ERR_CONFIG',
    );
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
