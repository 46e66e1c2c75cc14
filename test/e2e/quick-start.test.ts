import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { plant } from '../helpers/canaries.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import {
  general,
  matches,
  readSteps,
  type Part,
  type Step,
  Terminal,
  writeSteps,
} from '../helpers/walkthrough.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const path = join(root, 'docs/quick-start.md');

test('every command of docs/quick-start.md says what stands there', { timeout: 120_000 }, async () => {
  await using hallpass = await sandbox();
  const document = readFileSync(path, 'utf8');
  await using reader = await readerOf(document, hallpass);
  const walked: Part[] = [];
  for (const part of readSteps(document))
    walked.push(typeof part === 'string' ? part : await reader.take(part));
  // UPDATE_DOCS=1 writes down what was said, where that is not what stands there.
  if (process.env['UPDATE_DOCS']) writeFileSync(path, writeSteps(walked));
  const key = /=(.+)/.exec(await readFile(join(hallpass.home, 'project/.env'), 'utf8'))?.[1] ?? '';
  const { name: canary } = plant('the key in .env', key);
  hallpass.exempt({ canary, where: /\/home\/project\/\.env$/, because: 'the reader has written it there' });
  hallpass.watch(() => ({ streams: reader.said() }));
});

/** Somebody who reads the document and types what it says, on a machine of their own. */
async function readerOf(document: string, hallpass: Sandbox) {
  const terminals = new Map<string, Terminal>();
  const names = new Map([
    ['/home/me', hallpass.home],
    ['4180', await freePort()],
    ['4190', await freePort()],
  ]);
  const here = (text: string) =>
    [...names].reduce((all, [theirs, ours]) => all.replaceAll(theirs, ours), text);
  const there = (text: string) =>
    [...names].reduce((all, [theirs, ours]) => all.replaceAll(ours, theirs), text);
  const take = async (step: Step): Promise<Step> => {
    const terminal = terminals.get(step.terminal) ?? (await open(document, hallpass));
    terminals.set(step.terminal, terminal);
    const typed = here(step.typed);
    const staysOn = step.terminal !== '' && typed !== '^C';
    const said = (await terminal.type(typed, step.expected, staysOn)).map(there);
    for (const [theirs, ours] of ids(step.expected, said)) if (!names.has(theirs)) names.set(theirs, ours);
    if (typed === '^C' || matches(step.expected, said)) return step;
    if (process.env['UPDATE_DOCS']) return { ...step, expected: said.map(presentable) };
    expect({ typed, said: said.map(general) }).toEqual({ typed, said: step.expected.map(general) });
    return step;
  };
  return {
    take,
    said: () => Object.fromEntries([...terminals].map(([name, { said }]) => [`terminal ${name}`, said])),
    async [Symbol.asyncDispose]() {
      for (const terminal of terminals.values()) terminal.close();
    },
  };
}

/** A terminal in the checkout, prepared as the document says. */
async function open(document: string, { env, home }: Sandbox): Promise<Terminal> {
  const plain = Object.entries(env).filter(([name]) => !name.endsWith('_DIR'));
  const quiet = { NO_COLOR: '1', TERM: 'dumb', SSH_CONNECTION: 'no browser here' };
  const terminal = new Terminal({ cwd: root, env: { ...Object.fromEntries(plain), HOME: home, ...quiet } });
  await terminal.open();
  const preparation = [...document.matchAll(/^(?:export|alias) .*$/gm)];
  expect(preparation).toHaveLength(2);
  for (const [line] of preparation) await terminal.type(line);
  return terminal;
}

/** The sessions of the document, and what they are called now. */
function ids(expected: readonly string[], said: readonly string[]): [string, string][] {
  const find = (lines: readonly string[]) =>
    lines.map((line) => /^(?:session )?([0-9a-z]{12})\b/.exec(line)?.[1]).filter((id) => id !== undefined);
  const [then, now] = [find(expected), find(said)];
  return then.length === now.length ? then.map((id, i) => [id, now[i] ?? id]) : [];
}

/** As a document may show it: tokens cut short, nobody's own name. */
function presentable(line: string): string {
  return line
    .trimEnd()
    .replaceAll(/\b(eyJ\w{20})\S+/g, '$1…')
    .replaceAll(/(?<= )\S+@\w\S*/g, 'me@laptop')
    .replaceAll(/\/\S*(?=\/hallpass-hub-)/g, '/tmp');
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
