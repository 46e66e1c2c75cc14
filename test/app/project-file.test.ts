import { describe, expect, test } from 'vitest';

import { findConnection, type ProjectDeps } from '../../src/app/project.ts';
import { parseProjectFile } from '../../src/app/project-file.ts';
import { trustProject, type TrustDeps } from '../../src/app/trust.ts';

const parse = (text: string): unknown => parseProjectFile(text, 'hallpass.yaml');

describe('a hallpass.yaml', () => {
  test.each(['false', '1', 'null', '1.50', '~'])('says that %s is no text without quotes', (word) => {
    const auth = `auth: { bearer: { exec: [get-token, ${word}] } }`;
    const text = `version: 1\nconnections:\n  web: { url: "https://example.com/mcp", ${auth} }\n`;
    expect(() => parse(text)).toThrow(
      `hallpass.yaml:3:78: connections.web.auth.bearer.exec.1: it is text, and has to stand in quotes: "${word}"`,
    );
  });

  test('names servers by command or address', () => {
    expect(
      parse(
        'version: 1\nconnections:\n  files:\n    command: mcp-server-filesystem\n    args: [., --x]\n    env: { A: b }\n    cwd: /tmp\n  web: { url: "https://example.com/mcp" }\n',
      ),
    ).toMatchObject({
      connections: {
        files: { command: 'mcp-server-filesystem', args: ['.', '--x'], env: { A: 'b' }, cwd: '/tmp' },
        web: { url: 'https://example.com/mcp' },
      },
    });
  });

  test.each(['', '# nothing yet\n', 'connections: {}\n', 'null\n'])('may name none: %j', (text) => {
    expect(parse(text)).toMatchObject({ connections: {} });
  });

  test.each([
    [
      'a key in the file',
      'verson: 1\n',
      /^hallpass\.yaml:1:1: unknown key "verson"; did you mean "version"\?$/,
    ],
    [
      'a key of a server',
      'connections:\n  a:\n    command: x\n    arg: [y]\n',
      /^hallpass\.yaml:4:5: connections\.a: unknown key "arg"; did you mean "args"\?$/,
    ],
    [
      'a key that is like none',
      'connections:\n  a:\n    command: x\n    zzzzzzzz: 1\n',
      /^hallpass\.yaml:4:5: connections\.a: unknown key "zzzzzzzz"$/,
    ],
    [
      'command and address',
      'connections:\n  a: { command: x, url: "https://x" }\n',
      /^hallpass\.yaml:2:20: connections\.a: "url" is not for a server of this kind$/,
    ],
    ['nothing to run', 'connections:\n  a: {}\n', /^hallpass\.yaml:2:6: connections\.a/],
    [
      'a number for a command',
      'connections:\n  a:\n    command: 5\n',
      /^hallpass\.yaml:3:14: connections\.a\.command: /,
    ],
    [
      'another scheme',
      'connections:\n  a:\n    url: file:///etc/passwd\n',
      /^hallpass\.yaml:3:10: connections\.a\.url: /,
    ],
    [
      'a header of the proxy',
      'connections:\n  a:\n    url: https://x.example\n    headers: { Mcp-Session-Id: x }\n',
      /^hallpass\.yaml:4:\d+: connections\.a\.headers/,
    ],
    [
      'a header with a line end',
      'connections:\n  a:\n    url: https://x.example\n    headers: { X-A: "b\\r\\nHost: c" }\n',
      /^hallpass\.yaml:4:\d+: connections\.a\.headers\.X-A: the value of a header is plain ASCII$/,
    ],
    [
      'a password in an address',
      `connections:\n  a:\n    url: https://${'ada'}:${'lovelace'}@host/mcp\n`,
      /^hallpass\.yaml:3:10: connections\.a\.url: the address holds a user name or password$/,
    ],
    [
      'a user name in an address, behind a key that the other kind of server has not',
      `connections:\n  a: { url: https://${'ada'}@host/mcp, auth: { bearer: hub-jwt } }\n`,
      /^hallpass\.yaml:2:13: connections\.a\.url: the address holds a user name or password$/,
    ],
    [
      'two ways to be let in',
      'connections:\n  a:\n    url: https://x\n    auth: { bearer: hub-jwt }\n    oauth: { client_id: x }\n',
      /^hallpass\.yaml:5:\d+: connections\.a\.oauth: a connection has auth or oauth, not both$/,
    ],
    [
      'a mistyped name of a client',
      'connections:\n  a:\n    url: https://x\n    oauth: { clientid: x }\n',
      /^hallpass\.yaml:4:\d+: connections\.a\.oauth: unknown key "clientid"; did you mean "client_id"\?$/,
    ],
    [
      'an unknown key of the credential',
      'connections:\n  a:\n    url: https://x\n    auth:\n      bearer: hub-jwt\n      scope: [x]\n',
      /^hallpass\.yaml:6:7: connections\.a\.auth: unknown key "scope"; did you mean "scopes"\?$/,
    ],
    [
      'a name that is none',
      'connections:\n  "a b": { command: x }\n',
      /^hallpass\.yaml:2:3: connections\.a b: /,
    ],
    ['another version', 'version: 2\n', /^hallpass\.yaml:1:10: version: /],
    ['a list', '- a\n', /^hallpass\.yaml:1:1: /],
    ['broken YAML', 'connections:\n  a: [1, 2\n', /^hallpass\.yaml:3:1: /],
    [
      'the same key twice',
      'connections:\n  a: { command: x }\n  a: { command: y }\n',
      /^hallpass\.yaml:3:3: /,
    ],
    ['two documents', 'version: 1\n---\nversion: 1\n', /^hallpass\.yaml:2:1: /],
    ['an alias of nothing', 'connections: *x\n', /^hallpass\.yaml:1:/],
    ['depth without end', `${'['.repeat(100_000)}`, /^hallpass\.yaml:1:/],
  ])('says what is wrong and where: %s', (_, text, message) => {
    const wrong = { code: 'ERR_CONFIG', message: expect.stringMatching(message) as string };
    expect(() => parse(text)).toThrow(expect.objectContaining(wrong));
  });

  test('is not blown up by aliases of aliases', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        'bcdefghi',
        (letter, i) =>
          `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i] ?? ''}`).join()}]`,
      ),
    ].join('\n');
    expect(() => parse(bomb)).toThrowWithCode('ERR_CONFIG');
  });
});

describe('a connection by name', () => {
  const project = {
    path: '/p/hallpass.yaml',
    digest: 'd1',
    text: 'connections: { files: { command: theirs }, shared: { command: theirs } }',
  };
  const user = { path: '/u/hallpass.yaml', digest: 'd2', text: 'connections: { shared: { command: mine } }' };
  const deps = (change: Partial<ProjectDeps> = {}): ProjectDeps => ({
    readUserFile: () => user,
    readProjectFile: () => project,
    isTrusted: () => false,
    trustedDigest: undefined,
    ...change,
  });

  test('is the user’s own before the project’s, trusted or not', async () => {
    expect(await findConnection('shared', deps())).toMatchObject({ command: 'mine' });
    expect(await findConnection('shared', deps({ isTrusted: () => true }))).toMatchObject({
      command: 'mine',
    });
  });

  test('of the project counts only once the very file is trusted', async () => {
    await expect(findConnection('files', deps())).rejects.toThrowWithCode('ERR_UNTRUSTED_PROJECT');
    await expect(findConnection('files', deps({ trustedDigest: 'd2' }))).rejects.toThrowWithCode(
      'ERR_UNTRUSTED_PROJECT',
    );
    expect(await findConnection('files', deps({ trustedDigest: 'd1' }))).toMatchObject({ command: 'theirs' });
    expect(await findConnection('files', deps({ isTrusted: ({ digest }) => digest === 'd1' }))).toMatchObject(
      { command: 'theirs' },
    );
  });

  test.each([
    ['flies', 'Did you mean "files"?'],
    ['shred', 'Did you mean "shared"?'],
    ['zzzzzz', 'There are: shared, files.'],
  ])('that is none is told with what there is: %s', async (name, hint) => {
    await expect(findConnection(name, deps())).rejects.toThrowWithCode('ERR_NO_SUCH_CONNECTION');
    await expect(findConnection(name, deps())).rejects.toMatchObject({ hint });
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('%s is none either', async (name) => {
    await expect(findConnection(name, deps())).rejects.toThrowWithCode('ERR_NO_SUCH_CONNECTION');
  });

  test('where there is no file at all, what to do is told', async () => {
    const none = deps({ readUserFile: () => undefined, readProjectFile: () => undefined });
    await expect(findConnection('files', none)).rejects.toMatchObject({
      hint: expect.stringContaining('connect -- COMMAND') as string,
    });
  });
});

describe('trusting a project', () => {
  const file = { path: '/p/hallpass.yaml', digest: 'ab12', text: 'connections: { a: { command: x } }' };
  function trusting(change: Partial<TrustDeps> = {}): { deps: TrustDeps; done: string[] } {
    const done: string[] = [];
    const deps: TrustDeps = {
      readProjectFile: () => file,
      isTrusted: () => false,
      trust: ({ digest }) => void done.push(`trusted ${digest}`),
      show: () => void done.push('shown'),
      confirm: undefined,
      ...change,
    };
    return { deps, done };
  }

  test('takes a person’s yes, after the file was shown', async () => {
    const { deps, done } = trusting({
      confirm: () => {
        done.push('asked');
        return Promise.resolve(true);
      },
    });
    expect(await trustProject({ digest: undefined }, deps)).toEqual({
      path: file.path,
      digest: 'ab12',
      trusted: true,
    });
    expect(done).toEqual(['shown', 'asked', 'trusted ab12']);
  });

  test.each<[string, Partial<TrustDeps>]>([
    ['a no', { confirm: () => Promise.resolve(false) }],
    ['nobody to ask', {}],
  ])('does not happen on %s', async (_, change) => {
    const { deps, done } = trusting(change);
    await expect(trustProject({ digest: undefined }, deps)).rejects.toThrowWithCode('ERR_UNTRUSTED_PROJECT');
    expect(done).toEqual(['shown']);
  });

  test('takes the digest of what was read elsewhere, and no other', async () => {
    const { deps, done } = trusting();
    await expect(trustProject({ digest: 'ab13' }, deps)).rejects.toThrowWithCode('ERR_UNTRUSTED_PROJECT');
    await expect(trustProject({ digest: '' }, deps)).rejects.toThrowWithCode('ERR_UNTRUSTED_PROJECT');
    expect(done).toEqual([]);
    await trustProject({ digest: 'AB12' }, deps);
    expect(done).toEqual(['trusted ab12']);
  });

  test('asks nothing about what is trusted already', async () => {
    const { deps, done } = trusting({ isTrusted: () => true });
    await trustProject({ digest: undefined }, deps);
    expect(done).toEqual([]);
  });

  test('is for a file that is there and right', async () => {
    await expect(
      trustProject({ digest: undefined }, trusting({ readProjectFile: () => undefined }).deps),
    ).rejects.toThrowWithCode('ERR_CONFIG');
    const broken = { ...file, text: 'connections: [' };
    await expect(
      trustProject({ digest: file.digest }, trusting({ readProjectFile: () => broken }).deps),
    ).rejects.toThrowWithCode('ERR_CONFIG');
  });
});
