import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { lines, type Tapped } from '../helpers/wiretap.ts';
import { tokensOf, type DemoHub } from './meet-hub.ts';
import { proven, shell, table } from './page.ts';
import { essence } from './send-secret.ts';
import { expect, layAgentWire, run, type Stage } from './set.ts';

const SERVER = fileURLToPath(new URL('guarded-server.ts', import.meta.url));

/** What came of it. */
export interface Borrowed extends AsyncDisposable {
  /** Of the server. */
  readonly url: string;
  readonly agentSide: Tapped;
  readonly session: string;
  /** What opened the server. */
  readonly token: string;
}

/** A server wants a token of the hub. The agent has none, sees none, and gets in. */
export async function borrowToken(stage: Stage, hub: DemoHub): Promise<Borrowed> {
  const { url, stop } = await startServer(stage, hub);
  await trustProject(stage, hub, url);
  const bin = join(stage.hallpass.directory, 'wires', 'demo');
  const { agentSide, launch } = layAgentWire(stage, bin, ['connect', 'demo'], hub.wire.env);
  const agent = new Client({ name: 'demo-agent', version: '1.0.0' });
  await agent.connect(new StdioClientTransport(launch));
  const note = `deploying with ${stage.canaries.githubToken.value}`;
  await agent.callTool({ name: 'check-in', arguments: { note } });
  await agent.close();
  const call = callOf(hub, new URL(url).origin);
  sideBySide(stage, call, agentSide);
  const session = await uploaded(stage, hub, agentSide);
  await tryOthers(hub, { url, token: call.token });
  return { url, agentSide, session, token: call.token, [Symbol.asyncDispose]: stop };
}

async function startServer(
  { hallpass }: Stage,
  hub: DemoHub,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [SERVER, hub.url], {
    env: hallpass.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const stop = async () => {
    if (child.kill()) await once(child, 'exit');
  };
  return { url: line.toString().trim(), stop };
}

/** A project that names addresses and wants credentials waits until a person has seen it. */
async function trustProject(stage: Stage, hub: DemoHub, url: string): Promise<void> {
  const file = `connections:\n  demo: { url: '${url}', auth: { bearer: hub-jwt } }\n`;
  await writeFile(join(stage.hallpass.project, 'hallpass.yaml'), file);
  const refused = await run(stage, ['connect', 'demo'], { code: 7, env: hub.wire.env });
  shell(
    'hallpass connect demo    (as hallpass.yaml of the project has it)',
    (refused.stderr.split('\n')[0] ?? '').replace(`${stage.hallpass.project}/`, ''),
  );
  const shown = await run(stage, ['trust'], { code: 7 });
  const [, digest = ''] = /--digest ([0-9a-f]{64})/.exec(shown.stderr) ?? [];
  const rows = shown.stderr.split('\n').filter((line) => line.includes(url));
  await run(stage, ['trust', '--digest', digest]);
  shell(
    `hallpass trust --digest ${digest.slice(0, 12)}…    (on a terminal it asks instead)`,
    rows.join('\n'),
  );
}

/** What the server was asked, and what it said: from the wire between it and hallpass. */
function callOf(hub: DemoHub, server: string): { token: string; got: string; said: string } {
  const call = hub.wire.exchanges.find(
    ({ to, request }) => to === server && request.includes('"tools/call"'),
  );
  const [head = '', got = ''] = call?.request.toString().split('\r\n\r\n') ?? [];
  const [, token = ''] = /^authorization: Bearer (\S+)$/im.exec(head) ?? [];
  const said = call?.response.toString().split('\n') ?? [];
  expect(token !== '', 'the server got no token');
  return { token, got: got.trim(), said: said.find((line) => line.includes('"result"')) ?? '' };
}

/** The very bytes on both sides of hallpass; secret and token are blacked out. */
function sideBySide(
  { canaries }: Stage,
  { token, got, said }: ReturnType<typeof callOf>,
  agent: Tapped,
): void {
  const sent = lines(agent.stdin).find((line) => line.includes('"tools/call"')) ?? '';
  const answer = lines(agent.stdout).find((line) => line.includes('hpm_')) ?? '';
  // Before anything is shown.
  expect(/"note":"deploying with hpm_\w+"/.test(got), 'the server got the secret of the agent');
  expect(textOf(said).includes(token), 'the server did not tell what it got');
  expect(/"subject":"developer",.*"token":"hpm_\w+"/.test(textOf(answer)), 'the agent got the token');
  table([
    ['agent sent', essence(sent.replace(canaries.githubToken.value, BLACK))],
    ['server got', `Authorization: Bearer ${BLACK}    (minted and attached by hallpass)`],
    ['', essence(got)],
    ['server said', textOf(said).replace(token, BLACK)],
    ['agent got', textOf(answer)],
  ]);
}

const BLACK = '•'.repeat(12);

function textOf(line: string): string {
  const { result } = JSON.parse(line.replace(/^data: /, '')) as { result: { content: { text: string }[] } };
  return result.content[0]?.text ?? '';
}

/** The MCP client gives hallpass two seconds to end; what it doesn't manage in them, the next command does. */
async function uploaded({ hallpass }: Stage, hub: DemoHub, { stderr }: Tapped): Promise<string> {
  const isThere = /session (\w+) is at .*, attested: leaf \d+ of its log$/m;
  let said = isThere.exec(stderr.toString());
  for (let tries = 0; said === null && tries < 10; tries += 1) {
    const { stdout } = await hallpass.run(['sessions', 'upload', '--pending'], { env: hub.wire.env });
    said = isThere.exec(stdout) ?? isThere.exec(stderr.toString());
  }
  const [line = '', session = ''] = said ?? [];
  expect(session !== '', 'the session is not at the hub');
  proven(`when it ended: ${line}`);
  return session;
}

/** Nobody gets in without a token, and nobody with one that is for somebody else. */
async function tryOthers(hub: DemoHub, { url, token }: { url: string; token: string }): Promise<void> {
  const others = tokensOf(hub).filter(({ value }) => value !== token);
  for (const authorization of ['', ...others.map(({ value }) => `Bearer ${value}`)]) {
    const { status } = await fetch(url, { method: 'POST', headers: { authorization }, body: '{}' });
    expect(status === 401, `the server let somebody else in: ${status}`);
  }
  proven(`without a token, or with any of ${others.length} others that this hub gave: 401`);
}
