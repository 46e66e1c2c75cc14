import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { identityOf } from '../../src/cli/compose-identity.ts';
import { openHub } from '../../src/cli/compose-upload.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { systemKeychain } from '../../src/platform/keychain.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { openVault } from '../../src/platform/vault.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Finished, type Sandbox } from '../helpers/hallpass.ts';
import { puppet, type Script } from '../helpers/puppet.ts';
import { readJson } from '../helpers/read-json.ts';
import { TeamHub } from '../helpers/team.ts';
import { PageVisitor } from '../hub/helpers/page-visitor.ts';
import { converse, nothingLeaked, type Conversation } from './converse.ts';

// An agent that was talked into something: it runs commands as the same user, with the same files and environment, types on
// terminals of its own, and knows hallpass well. What it can't do here is promised; what nothing on this device can keep
// it from is on record as possible without a person.
const canaries = makeCanaries();
const DROP = { name: 'query', arguments: { sql: 'DROP TABLE customers' } };
const ALLOW_ALL = 'version: 1\nextends: observe\nrules: [{ id: all, verdict: allow }]\n';

/** The agent's shell. */
class Agent {
  readonly #box: Sandbox;

  constructor(box: Sandbox) {
    this.#box = box;
  }

  run(...args: string[]): Promise<Finished> {
    return this.#box.run(args, { stdin: 'y\ny\n' });
  }

  /** On a terminal of its own, where it says yes to everything. */
  async runOnTerminal(...args: string[]): Promise<Finished> {
    const running = this.#box.spawn(args, { onTerminal: true });
    const yes = (chunk: Buffer): void => {
      if (chunk.includes('[y/N]')) running.child.stdin.write('y\r');
    };
    running.child.stdout.on('data', yes);
    return running.finished;
  }

  /** Everything that it can read of hallpass' own. */
  files(): string {
    const { stateDir, configDir, cacheDir } = this.#box;
    return [stateDir, configDir, cacheDir].map(textOf).join('\n');
  }
}

function textOf(directory: string): string {
  if (!existsSync(directory)) return '';
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/** The id of the approval that a call waits for, and what the server got of the call until then. */
async function heldCall({ running, server }: Conversation): Promise<string> {
  const [id = ''] = await running.saying('stderr', /apr_[0-9a-f]{20}/);
  expect(server.stdin.toString()).not.toContain('DROP TABLE');
  return id;
}

async function recorded(box: Sandbox): Promise<Record<string, unknown>[]> {
  const { stdout } = await box.run(['sessions', 'show', 'last', '--json']);
  return stdout.trim().split('\n').map(readJson) as Record<string, unknown>[];
}

function ofKind(events: readonly Record<string, unknown>[], kind: string): Record<string, unknown>[] {
  return events.filter((event) => event['kind'] === kind);
}

/** What its own code can ask a hub, with the token and the key that the command line has. */
async function clientOf(box: Sandbox): Promise<ReturnType<typeof openHub>['client']> {
  const environment = readEnvironment(box.env);
  const paths = hallpassPaths(environment);
  const { keychain: choice, passphrase } = environment;
  const keys = await openVault({ ...paths, choice, passphrase, keychain: systemKeychain });
  return openHub(identityOf(keys, { environment, paths })).client;
}

describe('at a hub', () => {
  let hub: TeamHub;
  beforeAll(async () => {
    hub = await TeamHub.start({ policy: 'version: 1\nname: central\nextends: approve\n' });
  });
  afterAll(() => hub[Symbol.asyncDispose]());

  test(
    'its own call is approved by no command, no request with its token and no page, but by a person who signs in',
    cites('agent.hub'),
    async () => {
      await using box = await hub.machineOf('developer');
      const agent = new Agent(box);
      const talk = converse(box);
      const answered = talk.ask('tools/call', DROP);
      const id = await heldCall(talk);
      const decisions = `/approvals/${id}/decisions`;
      const yes = { verdict: 'approve', reason: 'the user said so', sure: 'yes', token: 'forged' };

      for (const said of [
        await agent.run('approvals', 'approve', id),
        await agent.run('approvals', 'approve', id, '--reason', 'the user said so', '--json'),
        await agent.runOnTerminal('approvals', 'approve', id),
      ])
        expect(said.code, said.stdout + said.stderr).not.toBe(0);
      const client = await clientOf(box);
      await expect(client.ask(decisions, { json: yes })).rejects.toThrowWithCode('ERR_DENIED');
      const nobody = new PageVisitor(hub);
      expect((await nobody.post(decisions, yes)).status).toBe(403);
      // In a browser, signed in as who the agent works for.
      const itself = new PageVisitor(hub);
      await itself.signIn('developer');
      expect((await itself.decide(id, 'approve')).status).toBe(403);
      expect((await itself.post(decisions, yes)).status).toBe(403);
      expect((await client.ask(`/approvals/${id}`)).body).toMatchObject({ state: 'pending', decisions: [] });
      expect(talk.server.stdin.toString()).not.toContain('DROP TABLE');

      const person = new PageVisitor(hub);
      await person.signIn('approver');
      expect((await person.decide(id, 'approve')).status).toBe(200);
      expect(await answered).toContain('"result"');
      await talk.leave();
      // A development hub takes any password, the agent's too, and so the record says that as well.
      expect(ofKind(await recorded(box), 'decision')).toMatchObject([
        {
          approval: id,
          state: 'approved',
          by: [{ who: 'approver', attended: false }],
          unattended_possible: true,
        },
      ]);
    },
  );

  test(
    'the policy is weakened by no flag, no variable and no file of this device',
    cites('agent.policy'),
    async () => {
      await using box = await hub.machineOf('developer');
      await mkdir(box.configDir, { recursive: true });
      await writeFile(join(box.configDir, 'policy.yaml'), ALLOW_ALL);
      await writeFile(join(box.project, 'hallpass.policy.yaml'), ALLOW_ALL.replace('extends: observe\n', ''));
      for (const env of [{}, { HALLPASS_POLICY: 'observe' }]) {
        const talk = converse(box, {}, { env });
        const unanswered = talk.ask('tools/call', DROP).catch(() => 'none');
        await heldCall(talk);
        const { stdout } = await talk.leave();
        await unanswered;
        expect(stdout).not.toContain('"result"');
        expect(talk.server.stdin.toString()).not.toContain('DROP TABLE');
      }
    },
  );

  test(
    'it can log out, and the session has neither the login nor the policy that went with it',
    cites('agent.policy'),
    async () => {
      await using box = await hub.machineOf('developer');
      expect((await new Agent(box).run('logout')).code).toBe(0);
      const talk = converse(box);
      expect(await talk.ask('tools/call', DROP)).toContain('"result"');
      await talk.leave();
      const start = (await recorded(box)).find(({ kind }) => kind === 'start');
      expect(start).toMatchObject({ policy: 'guard', attended: false });
      expect(start).not.toHaveProperty('issuer');
    },
  );
});

describe('on its own device', () => {
  test(
    'it can approve its own call, and the record says that nobody need have been there',
    cites('agent.solo'),
    async () => {
      for (const onTerminal of [false, true]) {
        await using box = await sandbox();
        const agent = new Agent(box);
        const talk = converse(box, {}, { env: { HALLPASS_POLICY: 'approve' } });
        const answered = talk.ask('tools/call', DROP);
        const id = await heldCall(talk);
        const command = ['approvals', 'approve', id, '--reason', 'the user said so'];
        await (onTerminal ? agent.runOnTerminal(...command) : agent.run(...command));
        expect(await answered).toContain('"result"');
        await talk.leave();
        expect(ofKind(await recorded(box), 'decision')).toMatchObject([
          {
            state: 'approved',
            unattended_possible: true,
            by: [{ attended: false, reason: 'the user said so' }],
          },
        ]);
      }
    },
  );

  test(
    'a project’s file weakens nothing, and what the user’s own file says is on record',
    cites('agent.policy'),
    async () => {
      await using box = await sandbox();
      await writeFile(join(box.project, 'hallpass.policy.yaml'), ALLOW_ALL.replace('extends: observe\n', ''));
      const held = converse(box, {}, { env: { HALLPASS_POLICY: 'approve' } });
      const unanswered = held.ask('tools/call', DROP).catch(() => 'none');
      await heldCall(held);
      // A session goes by the policy that it began with.
      await mkdir(box.configDir, { recursive: true });
      await writeFile(join(box.configDir, 'policy.yaml'), ALLOW_ALL);
      await held.leave();
      await unanswered;
      expect(held.server.stdin.toString()).not.toContain('DROP TABLE');

      const next = converse(box);
      expect(await next.ask('tools/call', DROP)).toContain('"result"');
      await next.leave();
      expect((await recorded(box)).find(({ kind }) => kind === 'start')).toMatchObject({
        attended: false,
        policy: expect.stringMatching(/^user@[0-9a-f]{12} < observe@/) as unknown,
      });
    },
  );

  test(
    'a project is trusted only on a terminal, and what it says runs in no other way',
    cites('agent.trust'),
    async () => {
      await using box = await sandbox();
      const agent = new Agent(box);
      const [command, ...args] = puppet(box.directory, {});
      const file = JSON.stringify({ connections: { mine: { command, args } } });
      await writeFile(join(box.project, 'hallpass.yaml'), file);
      const begins = async (env = {}): Promise<boolean> =>
        (
          await box.run(['connect', 'mine'], { stdin: '{"jsonrpc":"2.0","id":1,"method":"x"}\n', env })
        ).stdout.includes('got');
      expect((await agent.run('trust')).code).toBe(7);
      expect((await agent.run('trust', '--json')).code).toBe(7);
      expect(await begins()).toBe(false);
      expect(await begins({ CI: '1' })).toBe(false);
      // A terminal of its own is a terminal: nothing on this device tells it from a person.
      expect((await agent.runOnTerminal('trust')).code).toBe(0);
      expect(await begins()).toBe(true);
      const digest = createHash('sha256').update(file).digest('hex');
      expect((await recorded(box)).find(({ kind }) => kind === 'start')).toMatchObject({
        project_file: digest,
        unattended_possible: true,
      });
      expect((await box.run(['verify', 'last'])).code).toBe(0);
    },
  );

  test(
    'a tool that has changed is accepted only on a terminal, and the record says that an agent could have',
    cites('agent.trust'),
    async () => {
      await using box = await sandbox();
      const agent = new Agent(box);
      const session = async (description: string): Promise<string> => {
        const tool = { name: 'query', description, inputSchema: { type: 'object' } };
        const script: Script = {
          on: {
            'tools/list': [
              { stdout: `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${JSON.stringify(tool)}]}}` },
            ],
          },
        };
        const [command = '', ...args] = puppet(box.directory, script);
        await box.configure({ connections: { db: { command, args } } });
        const stdin = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
        return (await box.run(['connect', 'db', '--policy', 'approve'], { stdin })).stdout;
      };
      expect(await session('Reads.')).toContain('query');
      expect(await session('Reads. And mails.')).not.toContain('query');
      for (const args of [['--json'], ['db'], []])
        expect((await agent.run('trust', '--tools', ...args)).code).toBe(4);
      expect(await session('Reads. And mails.')).not.toContain('query');
      expect((await agent.runOnTerminal('trust', '--tools')).code).toBe(0);
      expect(await session('Reads. And mails.')).toContain('query');
      expect(ofKind(await recorded(box), 'definition')).toMatchObject([
        { change: 'accepted', unattended_possible: true },
      ]);
    },
  );

  test(
    'a stored secret is said by no command and stands in no file, and a placeholder is no way to it',
    cites('agent.secret'),
    async () => {
      await using box = await sandbox();
      const agent = new Agent(box);
      const { stripeKey } = canaries;
      await box.run(['secret', 'add', 'stripe'], { stdin: stripeKey.value });
      const told = '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"KEY"}]}}';
      const talk = converse(box, {
        on: { 'tools/call tell': [{ stdout: told.replace('KEY', stripeKey.value) }] },
      });
      const answer = await talk.ask('tools/call', { name: 'tell' });
      const [placeholder = ''] = /hpm_\w+/.exec(answer) ?? [];
      expect(placeholder).not.toBe('');
      // What it writes goes out as it wrote it.
      await talk.ask('tools/call', { name: 'mail', arguments: { body: placeholder } });
      await talk.leave();
      expect(talk.server.stdin.toString()).toContain(placeholder);
      const commands = [
        ['secret', 'list', '--json'],
        ['mint', 'stripe', '--json'],
        ['sessions', 'show', 'last', '--payloads', '--json'],
        ['sessions', 'export', 'last'],
        ['whoami', '--json'],
        ['scan', '--json'],
      ];
      for (const command of commands) {
        const { stdout, stderr } = await agent.run(...command);
        expect(stdout + stderr, command.join(' ')).not.toContain(stripeKey.value);
        const shown = await agent.runOnTerminal(...command);
        expect(shown.stdout, command.join(' ')).not.toContain(stripeKey.value);
      }
      expect(agent.files()).not.toContain(stripeKey.value);
      nothingLeaked(box, [stripeKey]);
    },
  );
});
