import {
  acceptedContent,
  completable,
  type GetPromptResult,
  inputRequired,
  type McpServer,
  type PromptMessage,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { PNG, text } from './samples.ts';

const IDS = ['1', '10', '100', '123'];

/** Resources: text, binary, by template, and one to watch. */
export function addResources(server: McpServer): void {
  add(server, 'static-text', 'text/plain', { text: 'This is the content of the static text resource.' });
  add(server, 'static-binary', 'image/png', { blob: PNG });
  add(server, 'watched-resource', 'text/plain', { text: 'Watched resource content' });
  const complete = { id: (value: string) => IDS.filter((id) => id.startsWith(value)) };
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined, complete }),
    { description: 'Data by its id', mimeType: 'application/json' },
    ({ href }, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${String(id)}` };
      return { contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify(data) }] };
    },
  );
}

/** Prompts: plain, with arguments that complete, with content of every kind, and one that asks first. */
export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A plain prompt' }, () =>
    said(text('This is a simple prompt for testing.')),
  );
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'A prompt with arguments',
      argsSchema: z.object({
        arg1: completable(z.string(), (value) =>
          ['testAlpha', 'testBeta', 'gamma'].filter((word) => word.startsWith(value)),
        ),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A prompt that embeds', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) =>
      said(
        {
          type: 'resource',
          resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
        text('Please process the embedded resource above.'),
      ),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt that shows' }, () =>
    said({ type: 'image', data: PNG, mimeType: 'image/png' }, text('Please analyze the image above.')),
  );
  addAskingPrompt(server);
}

function add(
  server: McpServer,
  name: string,
  mimeType: string,
  content: { text: string } | { blob: string },
): void {
  const description = `The resource ${name}`;
  server.registerResource(name, `test://${name}`, { description, mimeType }, ({ href }) => ({
    contents: [{ uri: href, mimeType, ...content }],
  }));
}

function addAskingPrompt(server: McpServer): void {
  const requestedSchema = {
    type: 'object' as const,
    properties: { context: { type: 'string' as const } },
    required: ['context'],
  };
  const ask = inputRequired.elicit({ message: 'What context should the prompt use?', requestedSchema });
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first' }, ({ mcpReq }) => {
    const context = acceptedContent(mcpReq.inputResponses, 'user_context')?.['context'];
    if (typeof context === 'string') return said(text(`Prompt with context: ${context}`));
    return inputRequired({ inputRequests: { user_context: ask } });
  });
}

function said(...contents: PromptMessage['content'][]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: 'user', content })) };
}
