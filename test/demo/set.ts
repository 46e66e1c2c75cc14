import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { makeCanaries, plantProject, type Canaries, type Canary } from '../helpers/canaries.ts';
import type { Sandbox } from '../helpers/hallpass.ts';
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
export interface Wire {
  readonly server: string;
  readonly agentSide: Tapped;
  readonly serverSide: Tapped;
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
  const { hallpass, wires } = stage;
  const bin = join(hallpass.directory, 'wires', String(wires.length));
  const agentSide = tap(bin, 'hallpass', [process.execPath, join(root, 'bin/run.js')]);
  const serverSide = tap(bin, server, SERVERS[server]);
  const env = { ...hallpass.env, PATH: `${bin}:${hallpass.env['PATH']}` };
  const launch = {
    command: 'hallpass',
    args: ['connect', '--', server, ...args],
    env,
    cwd: hallpass.project,
    stderr: 'ignore',
  } as const;
  const wire = { server, agentSide, serverSide, launch: { ...launch, args: [...launch.args] } };
  wires.push(wire);
  return wire;
}

/** Ends the demo when something it shows did not happen. */
export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
