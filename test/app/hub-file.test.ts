import { resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseHubFile } from '../../src/app/hub-file.ts';
import { HUB_FILE_TEMPLATE } from '../../src/app/hub-file-template.ts';
import { HallpassError } from '../../src/core/errors.ts';

const GOOD = `url: http://127.0.0.1:4180
issuer: https://login.example.com
admins: { groups: [hub-admins] }
connections:
  - name: tickets
    audience: https://tickets.example.com/mcp
    scopes: [read, write]
    origins: [https://tickets.example.com]
grants:
  - who: { groups: [engineering] }
    connection: tickets
    scopes: [read]
    ttl: 10m
`;

function problemOf(text: string): string {
  try {
    parseHubFile(text, 'hub.yaml');
  } catch (error) {
    if (error instanceof HallpassError && error.code === 'ERR_CONFIG') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a good file is read, with defaults that give nothing away', () => {
  expect(parseHubFile(GOOD, 'hub.yaml')).toEqual({
    listen: { host: '127.0.0.1', port: 4180 },
    url: 'http://127.0.0.1:4180',
    identity: {
      issuer: 'https://login.example.com',
      clientId: 'hallpass-cli',
      scopes: ['openid', 'profile', 'groups', 'offline_access'],
      groupsClaim: 'groups',
    },
    admins: { groups: ['hub-admins'], subjects: [] },
    auditors: { groups: [], subjects: [] },
    connections: [
      {
        name: 'tickets',
        audience: 'https://tickets.example.com/mcp',
        scopes: ['read', 'write'],
        origins: ['https://tickets.example.com'],
      },
    ],
    grants: [
      {
        who: { groups: ['engineering'], subjects: [] },
        connection: 'tickets',
        scopes: ['read'],
        ttl: 600,
        use: 'proxy',
      },
    ],
    approvers: [],
    webhooks: [],
  });
});

test('behind a proxy it listens elsewhere than at its address', () => {
  const text = GOOD.replace(/^url.*$/m, 'url: https://hub.example.com\nlisten: "[::1]:8443"');
  expect(parseHubFile(text, 'hub.yaml')).toMatchObject({
    url: 'https://hub.example.com',
    listen: { host: '::1', port: 8443 },
  });
});

test('what hub init writes says line and column of what is missing: an admin group', () => {
  const line = HUB_FILE_TEMPLATE.split('\n').findIndex((text) => text.startsWith('  groups: []')) + 1;
  expect(problemOf(HUB_FILE_TEMPLATE)).toMatch(
    new RegExp(`^hub\\.yaml:${line}:11: admins\\.groups: name at least one`),
  );
  const filled = HUB_FILE_TEMPLATE.replace('groups: []', 'groups: [a]');
  expect(parseHubFile(filled, 'hub.yaml')).toMatchObject({ admins: { groups: ['a'] } });
});

test('every commented setting of it is one, too', () => {
  // Behind "# " is prose, behind "#" alone a setting.
  const settings = HUB_FILE_TEMPLATE.replaceAll(/^#(?! \S)/gm, '');
  const uncommented = settings.replace('groups: []', 'groups: [a]');
  expect(parseHubFile(uncommented, 'hub.yaml')).toMatchObject({
    listen: { host: '127.0.0.1', port: 4180 },
    auditors: { groups: ['security'] },
    connections: [{ name: 'tickets' }],
    grants: [
      { connection: 'tickets', ttl: 600 },
      { connection: 'tickets', who: { ci: { issuer: 'github' } }, use: 'export' },
    ],
    jobIssuers: [{ name: 'github', audience: 'https://hub.example.com' }],
    warnings: [],
    identity: { web: { clientId: 'hallpass-hub', secretFile: resolve('web-secret') } },
    approvers: [
      { connection: undefined, approvals: 1, self: false, breakGlass: false },
      { connection: 'prod-db', who: { groups: ['dba'] }, approvals: 2 },
    ],
    webhooks: [
      { name: 'chatops', format: 'standard', secretFile: resolve('chatops-secret'), isPrivate: false },
      { name: 'slack', format: 'slack', target: { urlFile: resolve('slack-url') }, secretFile: undefined },
    ],
  });
});

describe('approvers and webhooks that would not do what they seem to', () => {
  const webhook = (...lines: string[]): string =>
    `${GOOD}webhooks:\n  - name: a\n    ${lines.join('\n    ')}\n`;
  test.each<[string, string, RegExp]>([
    ['approvers that nobody is', `${GOOD}approvers: [{ connection: a }]\n`, /approvers\.0\.who/],
    ['no approvals at all', `${GOOD}approvers: [{ who: { groups: [a] }, approvals: 0 }]\n`, /approvals/],
    ['patterns', `${GOOD}approvers: [{ who: { groups: ["*"] } }]\n`, /no patterns/],
    ['a mistyped key', `${GOOD}approvers: [{ who: { groups: [a] }, breakglass: true }]\n`, /break_glass/],
    ['no secret', webhook('url: https://hooks.example.com'), /secret_file/],
    ['no address', webhook('secret_file: a'), /url_file/],
    [
      'a secret for Slack',
      webhook('url: https://a.example', 'format: slack', 'secret_file: a'),
      /secret_file/,
    ],
    ['plain http to somewhere else', webhook('url: http://a.example', 'secret_file: a'), /https/],
    ['an unknown event', webhook('url: https://a.example', 'secret_file: a', 'events: [all]'), /events/],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });
});

describe('an error names file, line, column and what to do', () => {
  test.each<[string, string, string | RegExp, string]>([
    ['no admins', 'admins: { groups: [hub-admins] }\n', '', 'hub.yaml:1:1: admins:'],
    ['admins without a group', '[hub-admins]', '[]', 'hub.yaml:3:19: admins.groups: name at least one group'],
    ['a mistyped key', 'issuer:', 'isuer:', 'hub.yaml:2:1: unknown key "isuer"; did you mean "issuer"?'],
    [
      'a mistyped key of a grant',
      'ttl:',
      'tll:',
      'hub.yaml:13:5: grants.0: unknown key "tll"; did you mean "ttl"?',
    ],
    [
      'a mistyped key of who',
      '{ groups: [eng',
      '{ group: [eng',
      'hub.yaml:10:12: grants.0.who: unknown key "group"; did you mean "groups"?',
    ],
    [
      'a grant for nobody',
      '{ groups: [engineering] }',
      '{}',
      'hub.yaml:10:10: grants.0.who: name at least one',
    ],
    [
      'a pattern for a group',
      '[engineering]',
      '["eng*"]',
      'hub.yaml:10:21: grants.0.who.groups.0: names are compared exactly',
    ],
    [
      'a connection that is not there',
      'connection: tickets',
      'connection: tikets',
      'hub.yaml:11:17: grants.0.connection: there is no connection tikets',
    ],
    [
      'a scope that the connection has not',
      'scopes: [read]',
      'scopes: [admin]',
      'hub.yaml:12:13: grants.0.scopes: tickets has no scope admin',
    ],
    ['too long a life', 'ttl: 10m', 'ttl: 16m', 'hub.yaml:13:10: grants.0.ttl: it is between 5m and 15m'],
    ['too short a life', 'ttl: 10m', 'ttl: 299s', 'hub.yaml:13:10: grants.0.ttl: it is between 5m and 15m'],
    ['a number for a life', 'ttl: 10m', 'ttl: 600', 'hub.yaml:13:10: grants.0.ttl:'],
    ['an unknown use', 'ttl: 10m', 'use: both', 'hub.yaml:13:10: grants.0.use: it is proxy or export'],
    [
      'plain http for others',
      'http://127.0.0.1:4180',
      'http://hub.example.com',
      'hub.yaml:1:6: url: it is https',
    ],
    [
      'a path in its address',
      'http://127.0.0.1:4180',
      'http://127.0.0.1:4180/hub',
      'hub.yaml:1:6: url: it is an origin',
    ],
    ['an issuer in clear', 'https://login', 'http://login', 'hub.yaml:2:9: issuer: it is https'],
    [
      'an address that others can reach',
      'issuer:',
      'listen: 0.0.0.0:4180\nissuer:',
      'hub.yaml:2:9: listen: the hub listens on this machine only',
    ],
    ['what is no YAML', 'admins: {', 'admins: {{', 'hub.yaml:4:1: '],
  ])('%s', (_what, from, to, problem) => {
    expect(problemOf(GOOD.replace(from, String(to)))).toContain(problem);
  });

  test('a connection that stands twice', () => {
    const twice = GOOD.replace('grants:', '  - { name: tickets, audience: x, scopes: [y] }\ngrants:');
    expect(problemOf(twice)).toBe('hub.yaml:9:13: connections.1.name: tickets stands twice');
  });
});
