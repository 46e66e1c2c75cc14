import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { expect } from 'vitest';

import type { Sandbox } from './hallpass.ts';
import { Tmux } from './tmux.ts';
import { general, matches, readSteps, type Part, type Step, Terminal, writeSteps } from './walkthrough.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Walk {
  /** Under docs/. */
  readonly document: string;
  /** Its lines that every terminal is prepared with. */
  readonly preparation: readonly RegExp[];
  /** What the document calls something, and what it is here. */
  readonly names?: ReadonlyMap<string, string>;
  /** Further variables of the reader's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Does what a sentence has the reader do elsewhere, in a browser, say. */
  readonly follow?: (line: string) => Promise<void>;
}

/**
 * Reads a document as a new user on a machine of their own, types all that stands there, and compares what is said.
 * UPDATE_DOCS=1 writes down what was said, where that is not what stands there.
 */
export async function walkThrough(walk: Walk, hallpass: Sandbox): Promise<void> {
  const path = join(root, 'docs', walk.document);
  const text = readFileSync(path, 'utf8');
  moveIn(hallpass);
  await using reader = readerOf(text, walk, hallpass);
  hallpass.watch(() => ({ streams: reader.said() }));
  const walked: Part[] = [];
  for (const part of readSteps(text)) walked.push(await reader.take(part));
  if (process.env['UPDATE_DOCS']) writeFileSync(path, writeSteps(walked));
}

const PATIENCE = { timeout: 60_000 };

function readerOf(document: string, walk: Walk, hallpass: Sandbox) {
  const terminals = new Map<string, Terminal>();
  const env = environmentOf(hallpass, walk);
  const names = new Map([['/home/me', hallpass.home], ...(walk.names ?? [])]);
  const here = (text: string) =>
    [...names].reduce((all, [theirs, ours]) => all.replaceAll(theirs, ours), text);
  const there = (text: string) =>
    [...names].reduce((all, [theirs, ours]) => all.replaceAll(ours, theirs), text);
  let screen: Tmux | undefined;

  const read = async (line: string): Promise<void> => {
    if (line.includes('<kbd>')) await press(line);
    await walk.follow?.(here(line));
  };
  // On the screen, in the order of the sentence: a key, or what is typed. Nobody presses the next one before they see what
  // came of the last; that the time goes on is not it.
  const press = async (line: string): Promise<void> => {
    for (const [, key, typed] of line.matchAll(/<kbd>(.+?)<\/kbd>|`([^`]+)`/g)) {
      const before = shown().map(general);
      screen?.type(...(key === undefined ? ['-l', typed ?? ''] : [key]));
      await expect.poll(() => shown().map(general), PATIENCE).not.toEqual(before);
    }
  };
  const shown = (): string[] => (screen?.screen.trimEnd() ?? '').split('\n').map(there);
  const look = async (step: Step): Promise<string[]> => {
    if (step.typed !== '') {
      screen?.[Symbol.dispose]();
      const [, ...args] = step.typed.split(' ');
      screen = new Tmux({ directory: hallpass.directory, env }, args, { columns: 80, rows: 24 });
    }
    const isThere = expect.poll(() => matches(step.expected, shown()), PATIENCE).toBe(true);
    // What is there instead is said in full.
    await isThere.catch(() => undefined);
    return shown();
  };
  const type = async (step: Step): Promise<string[]> => {
    const terminal = terminals.get(step.terminal) ?? (await open(document, walk, env));
    terminals.set(step.terminal, terminal);
    const staysOn = step.terminal !== '' && step.typed !== '^C';
    return (await terminal.type(here(step.typed), step.expected, staysOn)).map(there);
  };
  const take = async (part: Part): Promise<Part> => {
    if (typeof part === 'string') return read(part).then(() => part);
    const said = await (part.terminal === 'screen' ? look(part) : type(part));
    for (const [theirs, ours] of ids(part.expected, said)) if (!names.has(theirs)) names.set(theirs, ours);
    if (part.typed === '^C' || matches(part.expected, said)) return part;
    if (process.env['UPDATE_DOCS']) return { ...part, expected: said.map(presentable) };
    const { typed, expected } = part;
    expect({ typed, said: said.map(general) }).toEqual({ typed, said: expected.map(general) });
    return part;
  };
  return {
    take,
    said: () => Object.fromEntries([...terminals].map(([name, { said }]) => [`terminal ${name}`, said])),
    async [Symbol.asyncDispose]() {
      screen?.[Symbol.dispose]();
      for (const terminal of terminals.values()) terminal.close();
    },
  };
}

// To where hallpass keeps its keys unless told otherwise: those of its own making would cost half a second a command.
function moveIn({ stateDir, home }: Sandbox): void {
  const state = process.platform === 'darwin' ? 'Library/Application Support' : '.local/state';
  cpSync(stateDir, join(home, state, 'hallpass'), { recursive: true });
}

function environmentOf({ env, home }: Sandbox, walk: Walk): Record<string, string> {
  const plain = Object.entries(env).filter(([name]) => !name.endsWith('_DIR'));
  const quiet = { NO_COLOR: '1', TERM: 'dumb', SSH_CONNECTION: 'no browser here' };
  return { ...Object.fromEntries(plain), HOME: home, ...quiet, ...walk.env };
}

/** A terminal in the checkout, prepared as the document says. */
async function open(document: string, { preparation }: Walk, env: Record<string, string>): Promise<Terminal> {
  const terminal = new Terminal({ cwd: root, env });
  await terminal.open();
  for (const pattern of preparation) {
    const [line] = pattern.exec(document) ?? [];
    if (line === undefined) throw new Error(`no such preparation stands there: ${pattern}`);
    await terminal.type(line);
  }
  return terminal;
}

/** The sessions and approvals of the document, and what they are called now. */
function ids(expected: readonly string[], said: readonly string[]): [string, string][] {
  return [/^(?:session )?([0-9a-z]{12})\b/, /\b(apr_[0-9a-f]{20})\b/].flatMap((pattern) => {
    const find = (lines: readonly string[]) =>
      lines.map((line) => pattern.exec(line)?.[1]).filter((id) => id !== undefined);
    const [then, now] = [find(expected), find(said)];
    return then.length === now.length ? then.map((id, at): [string, string] => [id, now[at] ?? id]) : [];
  });
}

/** As a document may show it: tokens cut short, nobody's own name. */
function presentable(line: string): string {
  return line
    .trimEnd()
    .replaceAll(/\b(eyJ\w{20})\S+/g, '$1…')
    .replaceAll(/(?<= )(?!\S+@[0-9a-f]{12}\b)\S+@\w[^\s,]*/g, 'me@laptop')
    .replaceAll(/\/\S*(?=\/hallpass-hub-)/g, '/tmp');
}
