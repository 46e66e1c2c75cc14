import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { leftoversOf, reapAll } from '../../src/cli/compose-leftovers.ts';
import { identityOf } from '../../src/cli/compose-identity.ts';
import { Secret } from '../../src/core/secret.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { random } from '../helpers/canaries.ts';

const HOUR = 3_600_000;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leftovers-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A hub that gives everybody a token, and revokes everything. */
async function hub() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => void heard.push(text));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'of-the-hub', token_type: 'Bearer', expires_in: 600 }));
    });
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => heard.join('\n'),
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}

function machine() {
  const environment = readEnvironment({ HALLPASS_STATE_DIR: directory, HALLPASS_CONFIG_DIR: directory });
  const keys = {
    persistent: true,
    why: undefined,
    derive: (purpose: string) => createHash('sha256').update(purpose).digest(),
  };
  const context = { keys, environment, paths: hallpassPaths(environment), profile: 'default', ci: undefined };
  const notes: string[] = [];
  return {
    logIn: (origin: string) => {
      const { state } = identityOf(keys, context);
      const its = {
        issuer: origin,
        client_id: 'hallpass',
        scopes: [],
        ssh_ca: '',
        log_key: '',
        development: true,
      };
      state.saveHub({ ...its, hub: origin });
      const who = { subject: 'alice', groups: [], refreshToken: undefined, expiresAt: Date.now() + HOUR };
      state.saveLogin({ ...who, generation: 1, idToken: new Secret('of-alice') });
    },
    leave: (token: string, ms: number) => {
      const leftovers = leftoversOf('0123456789ab', context);
      const kept = leftovers.keeperFor('tickets').keep();
      kept.put({ token: new Secret(token), expiresAt: Date.now() + ms });
      leftovers.close();
    },
    reap: async () => {
      await reapAll({ ...context, note: (line) => void notes.push(line) });
      return notes.splice(0).join('\n');
    },
  };
}

describe('a token that a killed hallpass left', () => {
  test('is revoked at the hub that it is of', async () => {
    await using own = await hub();
    const here = machine();
    here.logIn(own.origin);
    const token = random(30);
    here.leave(token, HOUR);
    expect(await here.reap()).toContain('ended: 1 token');
    expect(own.heard()).toContain(token);
    expect(await here.reap()).toBe('');
  });

  test('is told to no other, whoever is logged in there by now', async () => {
    await using own = await hub();
    await using other = await hub();
    const here = machine();
    here.logIn(own.origin);
    const token = random(30);
    here.leave(token, HOUR);
    here.logIn(other.origin);
    expect(await here.reap()).toContain(`it is of ${own.origin}`);
    expect(other.heard()).not.toContain(token);
    here.logIn(own.origin);
    expect(await here.reap()).toContain('ended: 1 token');
    expect(own.heard()).toContain(token);
  });

  test('is forgotten once it is good for nothing', async () => {
    await using own = await hub();
    await using other = await hub();
    const here = machine();
    here.logIn(own.origin);
    here.leave(random(30), -1000);
    here.logIn(other.origin);
    await here.reap();
    expect(await here.reap()).toBe('');
    expect(other.heard()).toBe('');
  });
});
