import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { buffer, json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestHub } from '../hub/helpers/test-hub.ts';
import { plant } from '../helpers/canaries.ts';
import { type Recipe, startRecipeHub, type Step, stepsOf } from '../helpers/ci-recipes.ts';
import { FakeCi } from '../helpers/ci.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

let ci: FakeCi;
let hub: TestHub;

beforeAll(async () => {
  ci = await FakeCi.start();
  hub = await startRecipeHub(ci);
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await ci[Symbol.asyncDispose]();
});

interface Told {
  readonly tool: string;
  readonly args: readonly string[];
  readonly token: string;
}

/** What deploys, the database's client and npm are: each shows its token here, and prints it. */
async function tools(box: Sandbox, bin: string) {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const one = body as Told;
      told.push({ ...one, token: plant('what a tool was given', one.token).value });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(bin, { recursive: true });
  const program = async (path: string, code: string): Promise<void> => {
    await writeFile(path, code);
    await chmod(path, 0o755);
  };
  const tool = (name: string, token: string): string => `#!/usr/bin/env node
    const body = JSON.stringify({ tool: '${name}', args: process.argv.slice(2), token: ${token} });
    fetch('${url}', { method: 'POST', body }).then(() => console.log('${name} was given', JSON.parse(body).token));`;
  await program(join(bin, 'hallpass'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  await program(join(bin, 'psql'), tool('psql', 'process.env.PGPASSWORD'));
  // https://docs.npmjs.com/cli/configuring-npm/npmrc#files: variables are filled in.
  const npmrc = `require('node:fs').readFileSync('.npmrc', 'utf8').split('_authToken=')[1].trim().replace(/\\$\\{(\\w+)\\}/g, (_, name) => process.env[name])`;
  await program(join(bin, 'npm'), tool('npm', npmrc));
  await program(join(box.project, 'deploy.sh'), tool('deploy.sh', 'process.env.DEPLOY_TOKEN'));
  await writeFile(join(box.project, '.npmrc'), '//npm.example.com/:_authToken=${REGISTRY_TOKEN}\n');
  return {
    told,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Runs a script as its system does, in the world of one of its jobs. */
async function execute(step: Step, recipe: Recipe, box: Sandbox): Promise<{ code: number; said: string }> {
  const bin = join(box.directory, 'bin');
  ci.change = step.claims;
  const job = await ci.job(recipe, bin, 'nobody');
  // Of the variables with a token those that the recipe asks for, for whom it asks for.
  if (recipe === 'gitlab') delete job['HALLPASS_ID_TOKEN'];
  for (const [variable, audience] of Object.entries(step.tokens))
    job[variable] = await ci.sign(recipe, audience, { ...ci.claimsOf(recipe), ...step.claims });
  const [program, ...args] = step.shell;
  const { HALLPASS_KEYCHAIN: _kind, HALLPASS_PASSPHRASE: _passphrase, ...world } = box.env;
  const env = { ...world, ...job, ...step.env, PATH: `${bin}:${world['PATH']}` };
  const child = spawn(program, [...args, step.script], {
    cwd: box.project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    closed(child),
  ]);
  // The runner takes these lines out of the log.
  const said = Buffer.concat([stdout, stderr])
    .toString()
    .replaceAll(/^::add-mask::.*\n/gm, '');
  box.watch(() => ({ streams: { [`what ${step.name} said`]: Buffer.from(said) } }));
  return { code, said };
}

async function closed(child: ChildProcess): Promise<number> {
  await once(child, 'close');
  return child.exitCode ?? -1;
}

describe.each<Recipe>(['github', 'gitlab', 'buildkite', 'circleci'])('the recipe for %s', (recipe) => {
  test('does without three stored secrets', cites('ci.recipes'), async () => {
    await using hallpass = await sandbox({ isNew: true });
    await using given = await tools(hallpass, join(hallpass.directory, 'bin'));
    for (const step of stepsOf(recipe, hub.url)) {
      const { code, said } = await execute(step, recipe, hallpass);
      expect({ name: step.name, code, said }).toMatchObject({ code: 0 });
      if (said !== '') expect(said).toMatch(/ was given hpm_known_\w+\n/);
    }
    expect(given.told.map(({ tool, args }) => [tool, ...args].join(' '))).toEqual([
      'psql --host db.example.com --username ci --file migrations/next.sql app',
      'npm publish --registry https://npm.example.com/',
      'deploy.sh production',
    ]);
    const keys = createRemoteJWKSet(new URL(`${hub.url}/jwks.json`));
    const audiences = ['urn:example:database', 'https://npm.example.com', 'https://deploy.example.com'];
    for (const [at, { token }] of given.told.entries()) {
      const { payload } = await jwtVerify(token, keys, { issuer: hub.url, audience: audiences[at] ?? '' });
      expect(payload.sub).toMatch(new RegExp(`^${ci.issuerOf(recipe)}\\|`));
    }
    hallpass.assertNoCanary();
  });
});
