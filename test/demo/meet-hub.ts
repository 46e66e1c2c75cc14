import { join } from 'node:path';

import type { Canary } from '../helpers/canaries.ts';
import type { Sandbox } from '../helpers/hallpass.ts';
import { approveDevice } from '../helpers/web-forms.ts';
import { httpWire, type HttpWire } from './http-wire.ts';
import { shell, tell } from './page.ts';
import { expect, type Stage } from './set.ts';

/** A hub of this demo, and the wire between hallpass and whatever it speaks HTTP with. */
export interface DemoHub extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly wire: HttpWire;
  stop(): Promise<void>;
  /** Starts it again at the same address, on these data. */
  start(dataDir: string): Promise<void>;
}

/** Starts a hub, and logs in to it: the developer by the profile `default`, two others each by a profile of their own. */
export async function meetHub(stage: Stage): Promise<DemoHub> {
  const hub = await openHub(stage.hallpass);
  shell('hallpass hub start --dev', hub.said().split('\n')[0] ?? '');
  const [developer, ...others] = await Promise.all([
    logIn(stage, hub, { login: 'developer' }),
    logIn(stage, hub, { login: 'auditor', profile: 'auditor' }),
    logIn(stage, hub, { login: 'stranger', profile: 'stranger' }),
  ]);
  shell(`hallpass login ${hub.url}    (approved on the pages of its provider)`, developer.said);
  tell(`Two more, in the same way: ${others.map(({ who }) => who).join('; ')}`);
  return hub;
}

/** Every token that anybody was given in this demo, from the wire itself. */
export function tokensOf({ wire }: DemoHub): Canary[] {
  const given = wire.exchanges.flatMap(({ response }) => [
    ...response.toString().matchAll(/"((?:id|refresh|access)_token)":"([^"]+)"/g),
  ]);
  expect(
    ['id_token', 'refresh_token', 'access_token'].every((kind) => given.some(([, name]) => name === kind)),
    'not every kind of token was given',
  );
  const values = new Map(given.map(([, name = '', value = '']) => [value, name]));
  return [...values].map(([value, name]) => ({ name, value }));
}

async function openHub(hallpass: Sandbox): Promise<DemoHub & { said(): string }> {
  const wire = await httpWire();
  const dataDir = join(hallpass.directory, 'hub', 'data');
  let running = await startHub(hallpass, dataDir, 0);
  const { url } = running;
  const stop = async () => {
    running.child.kill('SIGINT');
    await running.finished;
  };
  return {
    url,
    dataDir,
    wire,
    stop,
    said: () => running.said.stdout,
    async start(data) {
      running = await startHub(hallpass, data, Number(new URL(url).port));
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await wire[Symbol.asyncDispose]();
    },
  };
}

async function startHub(hallpass: Sandbox, dataDir: string, port: number) {
  const running = hallpass.spawn(['hub', 'start', '--dev', '--data', dataDir, '--port', String(port)]);
  const [, url = ''] = await running.saying('stdout', /^hub +(\S+)$[^]*hallpass mint/m);
  return { ...running, url };
}

/** The device flow: hallpass shows a code, and a browser without script goes through the provider's own pages. */
async function logIn(
  { hallpass }: Stage,
  { url, wire }: DemoHub,
  { login, profile }: { login: string; profile?: string },
): Promise<{ said: string; who: string }> {
  const args = ['login', url, ...(profile === undefined ? [] : ['--profile', profile])];
  const running = hallpass.spawn(args, { env: wire.env });
  const [address] = await running.saying('stderr', /http:\S+user_code=[A-Z-]+/);
  await approveDevice(address, login);
  const { stdout, stderr, code } = await running.finished;
  expect(code === 0 && stdout.startsWith(`Logged in as ${login}`), `${login} could not log in: ${stderr}`);
  const [open = '', enter = ''] = stderr.split('\n').filter((line) => /^Open |^and enter/.test(line));
  return { said: `${open} ${enter}\n${stdout}`, who: stdout.trim().replace('Logged in as ', '') };
}
