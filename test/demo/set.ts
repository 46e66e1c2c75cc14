import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { makeCanaries, plantProject, type Canaries, type Canary } from '../helpers/canaries.ts';
import type { Finished, Sandbox } from '../helpers/hallpass.ts';
import { tap, type Tapped } from '../helpers/wiretap.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the demo plays: a project with fresh secrets, and every wire tapped. */
export interface Stage {
  readonly hallpass: Sandbox;
  readonly canaries: Canaries;
  readonly secrets: readonly Canary[];
  /** Files of the project, by path. */
  readonly files: readonly string[];
  readonly wires: Wire[];
}

/** Agent ↔ hallpass ↔ server, with every byte of both connections kept. */
export interface Wire extends AgentWire {
  readonly server: string;
  readonly serverSide: Tapped;
}

/** Agent ↔ hallpass, with every byte kept. */
export interface AgentWire {
  readonly agentSide: Tapped;
  /** What the agent's MCP client is configured with. */
  readonly launch: {
    command: string;
    args: string[];
    env: Record<string, string>;
    cwd: string;
    stderr: 'ignore';
  };
}

/** Programs that the demo's agent knows, by the name it starts them with. */
const SERVERS = {
  'mcp-server-filesystem': [join(root, 'node_modules/.bin/mcp-server-filesystem')],
  'mcp-server-everything': [join(root, 'node_modules/.bin/mcp-server-everything')],
  'two-era-server': [process.execPath, join(root, 'test/demo/two-era-server.ts')],
} as const;

export async function setStage(hallpass: Sandbox): Promise<Stage> {
  const canaries = makeCanaries();
  const files = await plantProject(hallpass.project, canaries);
  return { hallpass, canaries, secrets: Object.values(canaries), files, wires: [] };
}

/** Lays a wire for `hallpass connect -- SERVER ARGS`. */
export function layWire(stage: Stage, server: keyof typeof SERVERS, ...args: string[]): Wire {
  const bin = join(stage.hallpass.directory, 'wires', String(stage.wires.length));
  const serverSide = tap(bin, server, SERVERS[server]);
  const wire = { server, serverSide, ...layAgentWire(stage, bin, ['connect', '--', server, ...args]) };
  stage.wires.push(wire);
  return wire;
}

/** Lays the half of a wire that is the agent's, for `hallpass ARGS`. */
export function layAgentWire(
  { hallpass }: Stage,
  bin: string,
  args: string[],
  variables: Readonly<Record<string, string>> = {},
): AgentWire {
  const agentSide = tap(bin, 'hallpass', [process.execPath, join(root, 'bin/run.js')]);
  const env = { ...hallpass.env, ...variables, PATH: `${bin}:${hallpass.env['PATH']}` };
  return { agentSide, launch: { command: 'hallpass', args, env, cwd: hallpass.project, stderr: 'ignore' } };
}

/** Runs a command to its end, and expects its exit code. */
export async function run(
  { hallpass }: Pick<Stage, 'hallpass'>,
  args: readonly string[],
  { code = 0, env = {} }: { code?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const finished = await hallpass.run(args, { env });
  expect(finished.code === code, `hallpass ${args.join(' ')} exited ${finished.code}: ${finished.stderr}`);
  return finished;
}

/** Flips one bit of a file, at the byte after the first `mark`'s first. Returns where that is. */
export async function flipBit(path: string, mark: string): Promise<number> {
  const bytes = await readFile(path);
  const at = bytes.indexOf(mark) + 1;
  expect(at > 0, `there is no ${mark} to change`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
  return at;
}

/** Ends the demo when something it shows did not happen. */
export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
