import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { lines } from '../helpers/wiretap.ts';
import { table } from './page.ts';
import { expect, layWire, type Stage } from './set.ts';

// The SDK tries its own stdio transport on a process of its own first; a subclass it tries in place, in one session.
class OneProcessTransport extends StdioClientTransport {}

const ERAS = { '2025-11-25': 'legacy', '2026-07-28': { pin: '2026-07-28' } } as const;

/** The same server and tool, once in each generation of the protocol. */
export async function bothEras(stage: Stage): Promise<void> {
  const rows = [];
  for (const [version, mode] of Object.entries(ERAS)) rows.push(await callIn(stage, version, mode));
  table(rows, ['protocol', 'opens with', 'what the agent got']);
}

async function callIn(
  stage: Stage,
  version: string,
  mode: (typeof ERAS)[keyof typeof ERAS],
): Promise<string[]> {
  const { launch, serverSide } = layWire(stage, 'two-era-server');
  const agent = new Client({ name: 'demo-agent', version: '1.0.0' }, { versionNegotiation: { mode } });
  await agent.connect(new OneProcessTransport(launch));
  const { content } = await agent.callTool({ name: 'chat-settings' });
  const negotiated = agent.getNegotiatedProtocolVersion();
  await agent.close();
  const text = content[0]?.type === 'text' ? content[0].text : '';
  const opening = JSON.parse(lines(serverSide.stdin)[0] ?? '{}') as { method?: string };
  expect(negotiated === version, `${version} was not spoken`);
  expect(/^slack_token: hpm_\w+$/m.test(text), `nothing was masked in ${version}`);
  return [version, opening.method ?? '', text.split('\n')[1] ?? ''];
}
