import process from 'node:process';

import { Client, type Transport } from '@modelcontextprotocol/client';

import type { Registered } from './oauth.ts';

/** What the suite tells a client besides the address: calls to make, for one scenario. */
export interface Context extends Registered {
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}

type Scenario = (client: Client, context: Context) => Promise<void>;

/** What the client does in each scenario of the suite. */
const SCENARIOS: Record<string, Scenario> = {
  initialize: async (client) => void (await client.listTools()),
  'request-metadata': async (client) => void (await client.listTools()),
  'json-schema-ref-no-deref': async (client) => void (await client.listTools()),
  tools_call: async (client) => {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } });
  },
  'elicitation-sep1034-client-defaults': callAll,
  'sse-retry': callAll,
  'sep-2322-client-request-state': callAll,
  'http-standard-headers': useEverything,
  'http-custom-headers': async (client, { toolCalls = [] }) => {
    await client.listTools();
    for (const call of toolCalls) await client.callTool(call);
  },
  'http-invalid-tool-headers': callAll,
  'json-schema-2020-12-preservation': echoSchema,
};

/** Plays one scenario over a transport. */
export async function play(
  name: string,
  transport: Transport,
  { revision, context, authorizeAgain }: Play,
): Promise<void> {
  // Whoever lets the client in, it uses what is behind.
  const scenario = name.startsWith('auth/') ? listAndCall : SCENARIOS[name];
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  const client = new Client(
    { name: 'conformance-client', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } } },
      versionNegotiation: { mode: revision < '2026-07-28' ? 'legacy' : 'auto' },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => ({
    action: 'accept',
    content: fill(params),
  }));
  await client.connect(transport);
  await scenario(client, context).catch(async (error: unknown) => {
    if (authorizeAgain === undefined || !String(error).includes('hallpass authorize')) throw error;
    await authorizeAgain();
    await scenario(client, context);
  });
  await client.close();
}

interface Play {
  readonly revision: string;
  readonly context: Context;
  /** What a person does whose client is told to have more authorized; absent where that needs no person of its own. */
  readonly authorizeAgain?: (() => Promise<void>) | undefined;
}

// Where there are defaults the client is to fill them in by itself.
function fill(params: object): Record<string, boolean> {
  return JSON.stringify(params).includes('confirmed') ? { confirmed: true } : {};
}

async function listAndCall(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  await client.callTool({ name: tools[0]?.name ?? 'test-tool', arguments: {} });
}

async function callAll(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  for (const { name, inputSchema } of tools) {
    const wanted = inputSchema.required ?? [];
    const call = { name, arguments: Object.fromEntries(wanted.map((key) => [key, 'value'])) };
    // Some of the suite's tools answer what the SDK refuses. The others are to be called all the same.
    await client
      .callTool(call)
      .catch((error: unknown) => process.stderr.write(`${name}: ${String(error)}\n`));
  }
}

async function useEverything(client: Client): Promise<void> {
  await callAll(client);
  const { resources } = await client.listResources();
  for (const { uri } of resources) await client.readResource({ uri });
  const { prompts } = await client.listPrompts();
  for (const { name } of prompts) await client.getPrompt({ name });
}

async function echoSchema(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  const [focal, echo] = [tools.find(({ name }) => name === 'json_schema_2020_12_tool'), tools.at(-1)];
  await client.callTool({ name: echo?.name ?? '', arguments: { schema: focal?.inputSchema } });
}
