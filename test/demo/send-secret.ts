import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { lines } from '../helpers/wiretap.ts';
import { table, tell } from './page.ts';
import { expect, layWire, type Stage, type Wire } from './set.ts';

/** The agent puts a secret into a tool call, and into an answer that the server asked for. */
export async function sendSecret(stage: Stage): Promise<void> {
  const wire = layWire(stage, 'mcp-server-everything');
  const { githubToken, envPassword } = stage.canaries;
  const agent = new Client({ name: 'demo-agent', version: '1.0.0' }, { capabilities: { elicitation: {} } });
  agent.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: envPassword.value },
  }));
  await agent.connect(new StdioClientTransport(wire.launch));
  await agent.callTool({ name: 'get-sum', arguments: { a: 2, b: 40 } });
  const echoed = await agent.callTool({
    name: 'echo',
    arguments: { message: `push with ${githubToken.value}` },
  });
  await agent.callTool({ name: 'trigger-elicitation-request' });
  await agent.close();
  sideBySide(stage, wire);
  expect(/Echo: push with hpm_\w+/.test(JSON.stringify(echoed)), 'the echo came back without a placeholder');
}

/** Messages of the agent by a word in them, and what of the secret one must have become. */
const SHOWN = [
  { word: '"get-sum"', becomes: /"a":2,"b":40/ },
  { word: '"echo"', becomes: /"message":"push with hpm_\w+"/ },
  { word: '"accept"', becomes: /"name":"hpm_\w+"/ },
];

// The very bytes of both connections; only the agent's secret is blacked out, since you may be sharing your screen.
function sideBySide({ secrets }: Stage, { agentSide, serverSide }: Wire): void {
  const sent = lines(agentSide.stdin);
  const got = lines(serverSide.stdin);
  for (const { word, becomes } of SHOWN) {
    const at = sent.findIndex((line) => line.includes(word));
    const shown = secrets.reduce((line, { value }) => line.replaceAll(value, '•'.repeat(12)), sent[at] ?? '');
    if (word === '"accept"') tell('and when the server asks back (elicitation/create):');
    table([
      ['agent sent', essence(shown)],
      ['server got', essence(got[at] ?? '')],
    ]);
    expect(becomes.test(got[at] ?? ''), `what the server got does not match ${becomes}`);
  }
}

/** What a message carries, without its envelope. */
export function essence(line: string): string {
  return /"(?:params|result)":(\{.*\})(?:,"jsonrpc".*|\})$/.exec(line)?.[1] ?? line;
}
