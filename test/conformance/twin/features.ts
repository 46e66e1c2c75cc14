import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Client } from '@modelcontextprotocol/client';

import type { Revision } from '../suite.ts';

/** One client that is connected, and what its server has said by itself. */
export interface Connected {
  readonly client: Client;
  readonly revision: Revision;
  /** Notifications since the feature began, in the order in which they came. */
  readonly heard: { readonly method: string; readonly params?: unknown }[];
}

/** Uses the protocol, and tells all that a client gets to see of it. */
export type Feature = (connected: Connected) => Promise<unknown>;

const POLLS = 200;
const POLL_MS = 25;

const call =
  (name: string, args: Record<string, unknown> = {}): Feature =>
  ({ client }) =>
    client.callTool({ name, arguments: args });

/** Everything that the suite's scenarios use, by what a client on any transport gets to see. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  'the server and what it can': async ({ client }) => ({
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    version: client.getNegotiatedProtocolVersion(),
  }),
  tools: ({ client }) => client.listTools(),
  text: call('test_simple_text'),
  image: call('test_image_content'),
  audio: call('test_audio_content'),
  'embedded resource': call('test_embedded_resource'),
  'mixed content': call('test_multiple_content_types'),
  'structured content': call('test_structured_content', { city: 'Zürich' }),
  'an argument in a header': async ({ client }) => {
    await client.listTools();
    return client.callTool({ name: 'test_custom_header_tool', arguments: { message: 'grün, 世界' } });
  },
  'a tool that fails': call('test_error_handling'),
  'no such tool': call('no_such_tool'),
  'wrong arguments': call('test_structured_content', { city: 5 }),
  'many at once': ({ client }) =>
    Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        client.callTool({ name: 'test_structured_content', arguments: { city: `city ${i}` } }),
      ),
    ),
  progress: async ({ client }) => {
    const told: unknown[] = [];
    const onprogress = (progress: unknown): void => void told.push(progress);
    const { content } = await client.callTool({ name: 'test_tool_with_progress' }, { onprogress });
    return { told, answered: content.length };
  },
  logging: async (connected) => {
    const { client, revision, heard } = connected;
    if (revision < '2026-07-28')
      await client.request({ method: 'logging/setLevel', params: { level: 'info' } });
    const _meta = revision < '2026-07-28' ? {} : { 'io.modelcontextprotocol/logLevel': 'info' };
    const result = await client.callTool({ name: 'test_tool_with_logging', _meta });
    await until(() => heardOf(connected, 'notifications/message').length === 3);
    return { result, logs: heard.filter(({ method }) => method === 'notifications/message') };
  },
  sampling: call('test_sampling', { prompt: 'What is 1 + 1?' }),
  elicitation: call('test_elicitation', { message: 'Who are you?' }),
  'elicitation with defaults': call('test_elicitation_sep1034_defaults'),
  'elicitation with choices': call('test_elicitation_sep1330_enums'),
  roots: call('test_input_required_result_list_roots'),
  'a state between rounds': call('test_input_required_result_request_state'),
  'several rounds': call('test_input_required_result_multi_round'),
  'several questions': call('test_input_required_result_multiple_inputs'),
  'a prompt that asks': ({ client }) => client.getPrompt({ name: 'test_input_required_result_prompt' }),
  'completion of a prompt': ({ client }) =>
    client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'test' },
    }),
  'completion of a resource': ({ client }) =>
    client.complete({
      ref: { type: 'ref/resource', uri: 'test://template/{id}/data' },
      argument: { name: 'id', value: '1' },
    }),
  resources: ({ client }) => client.listResources(),
  'text resource': ({ client }) => client.readResource({ uri: 'test://static-text' }),
  'binary resource': ({ client }) => client.readResource({ uri: 'test://static-binary' }),
  'resource by template': ({ client }) => client.readResource({ uri: 'test://template/42/data' }),
  'no such resource': ({ client }) => client.readResource({ uri: 'test://none' }),
  pages: async ({ client }) => {
    const first = await client.listResourceTemplates({ cursor: undefined });
    const cursor = first.nextCursor ?? 'page 2 / =';
    const second = await client.listResourceTemplates({ cursor });
    return { first, second, beyond: await orError(client.listResourceTemplates({ cursor: 'none' })) };
  },
  prompts: ({ client }) => client.listPrompts(),
  'plain prompt': ({ client }) => client.getPrompt({ name: 'test_simple_prompt' }),
  'prompt with arguments': ({ client }) =>
    client.getPrompt({ name: 'test_prompt_with_arguments', arguments: { arg1: 'a "b"', arg2: 'ü\n' } }),
  'prompt with a resource': ({ client }) =>
    client.getPrompt({ name: 'test_prompt_with_embedded_resource', arguments: { resourceUri: 'test://x' } }),
  'prompt with an image': ({ client }) => client.getPrompt({ name: 'test_prompt_with_image' }),
  cancellation: async ({ client }) => {
    const key = randomUUID();
    const gone = new AbortController();
    const waiting = orError(
      client.callTool({ name: 'test_wait', arguments: { key } }, { signal: gone.signal }),
    );
    // Whatever was sent before this has arrived when it is answered.
    await client.callTool({ name: 'test_cancelled', arguments: { key } });
    gone.abort('no longer needed');
    await waiting;
    const told = async (): Promise<string> =>
      JSON.stringify((await client.callTool({ name: 'test_cancelled', arguments: { key } })).content);
    let last = await told();
    for (let i = 0; i < POLLS && last.includes('waiting'); i += 1) {
      await delay(POLL_MS);
      last = await told();
    }
    return last;
  },
  'a list that changes': async (connected) => {
    const { client, revision } = connected;
    const isModern = revision >= '2026-07-28';
    const subscription = isModern ? await client.listen({ promptsListChanged: true }) : undefined;
    await client.callTool({ name: 'test_trigger_prompt_change' });
    await until(() => heardOf(connected, 'notifications/prompts/list_changed').length === 1);
    await subscription?.close();
    return {
      honored: subscription?.honoredFilter,
      heard: heardOf(connected, 'notifications/prompts/list_changed').length,
    };
  },
};

/** What only the older revisions have. */
export const OLDER_FEATURES: Readonly<Record<string, Feature>> = {
  ping: ({ client }) => client.request({ method: 'ping' }),
  'watching a resource': async ({ client }) => {
    const uri = 'test://watched-resource';
    const watched = await client.request({ method: 'resources/subscribe', params: { uri } });
    return [watched, await client.request({ method: 'resources/unsubscribe', params: { uri } })];
  },
};

/** The error itself, as a client sees it. */
export async function orError(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error)) return { error };
    const { name, message, code, data } = error as Error & { code?: unknown; data?: unknown };
    return { error: { name, message, code, data } };
  }
}

function heardOf({ heard }: Connected, method: string): Connected['heard'] {
  return heard.filter((one) => one.method === method);
}

// What a server says by itself may come after the answer.
async function until(is: () => boolean): Promise<void> {
  for (let i = 0; i < POLLS && !is(); i += 1) await delay(POLL_MS);
}
