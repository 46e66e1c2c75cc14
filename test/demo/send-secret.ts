import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { lines } from '../helpers/wiretap.ts';
import { proven, table } from './page.ts';
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
  expect(
    lines(wire.serverSide.stdin).some((line) => /"message":"push with hpm_\w+"/.test(line)),
    'the server got no placeholder',
  );
  expect(/Echo: push with hpm_\w+/.test(JSON.stringify(echoed)), 'the echo came back without a placeholder');
  expect(
    lines(wire.serverSide.stdin).some((line) => /"name":"hpm_\w+"/.test(line)),
    'the elicited answer held no placeholder',
  );
  proven('so did its answer to a question of the server (elicitation/create)');
}

// The very bytes of both connections; only the agent's secret is blacked out, since you may be sharing your screen.
function sideBySide({ secrets }: Stage, { agentSide, serverSide }: Wire): void {
  const sent = lines(agentSide.stdin);
  const got = lines(serverSide.stdin);
  for (const tool of ['"get-sum"', '"echo"']) {
    const at = sent.findIndex((line) => line.includes(tool));
    const shown = secrets.reduce((line, { value }) => line.replaceAll(value, '•'.repeat(12)), sent[at] ?? '');
    table([
      ['agent sent', params(shown)],
      ['server got', params(got[at] ?? '')],
    ]);
  }
}

function params(line: string): string {
  return /"params":(.*),"jsonrpc"/.exec(line)?.[1] ?? line;
}
