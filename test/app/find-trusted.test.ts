import { describe, expect, test } from 'vitest';

import {
  type ConfigFile,
  findConnection,
  findNamed,
  findTrusted,
  type ProjectDeps,
} from '../../src/app/project.ts';

function file(name: string, argument: string): ConfigFile {
  const auth = { bearer: { exec: ['get-token', argument] }, use: 'export' };
  const connections = { tickets: { url: 'https://mcp.example.com/mcp', auth } };
  return {
    path: `/${name}/hallpass.yaml`,
    text: JSON.stringify({ connections }),
    digest: `digest of ${name}`,
  };
}

function deps(change: Partial<ProjectDeps>): ProjectDeps {
  return {
    readUserFile: () => undefined,
    readProjectFile: () => file('project', 'theirs'),
    isTrusted: () => false,
    trustedDigest: undefined,
    ...change,
  };
}

const exec = (argument: string) => ({ auth: { bearer: { exec: ['get-token', argument] } } });

describe('what a file says of a connection', () => {
  test('is as if it were not there while the project is not trusted', () => {
    expect(findTrusted('tickets', deps({}))).toBeUndefined();
    expect(findTrusted('tickets', deps({ trustedDigest: 'digest of another' }))).toBeUndefined();
  });

  test('counts once it is trusted, by a person or by its digest', () => {
    expect(findTrusted('tickets', deps({ isTrusted: () => true }))).toMatchObject(exec('theirs'));
    expect(findTrusted('tickets', deps({ trustedDigest: 'digest of project' }))).toMatchObject(
      exec('theirs'),
    );
  });

  test("the user's own comes first and needs no trust", () => {
    const own = { readUserFile: () => file('user', 'mine'), isTrusted: () => true };
    expect(findTrusted('tickets', deps(own))).toMatchObject(exec('mine'));
  });

  test('does not go by names that every object has', () => {
    expect(findTrusted('constructor', deps({ isTrusted: () => true }))).toBeUndefined();
  });
});

describe('a name that nothing has', () => {
  const connections = {
    tickets: { url: 'https://mcp.example.com/mcp' },
    ci: { auth: { bearer: 'secret:CI' } },
  };
  const mixed = { path: 'hallpass.yaml', text: JSON.stringify({ connections }), digest: '' };
  const own = deps({ readUserFile: () => mixed, readProjectFile: () => undefined });

  test('is answered with the servers that there are, where a server is meant', async () => {
    await expect(findConnection('nothing-like-it', own)).rejects.toMatchObject({
      hint: 'There are: tickets.',
    });
    await expect(findConnection('ticket', own)).rejects.toMatchObject({ hint: 'Did you mean "tickets"?' });
    await expect(findConnection('cj', own)).rejects.toMatchObject({ hint: 'There are: tickets.' });
  });

  test('and with all names where a credential is', () => {
    expect(() => findNamed('nothing-like-it', own)).toThrow(
      expect.objectContaining({ hint: 'There are: tickets, ci.' }),
    );
  });
});
