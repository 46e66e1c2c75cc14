import { setTimeout as delay } from 'node:timers/promises';

import {
  fromJsonSchema,
  type CallToolResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { PNG, told, WAV } from './samples.ts';

const STEP_MS = 20;

/** Tools that answer by themselves: each kind of content, progress, logging, an error, schemas of every sort. */
export function addTellingTools(server: McpServer): void {
  for (const [name, { description, result }] of Object.entries(ANSWERS))
    server.registerTool(name, { description }, () => result);
  server.registerTool('test_error_handling', { description: 'Fails on purpose' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool('test_tool_with_logging', { description: 'Logs in three steps' }, logInSteps);
  server.registerTool('test_logging_tool', { description: 'Logs once' }, async ({ mcpReq }) => {
    await log(mcpReq, 'for who asked for logs');
    return told('logged');
  });
  server.registerTool('test_tool_with_progress', { description: 'Reports its progress' }, tellProgress);
  addStructured(server);
  addWaiting(server);
}

const ANSWERS: Record<string, { description: string; result: CallToolResult }> = {
  test_simple_text: {
    description: 'Tells a sentence',
    result: told('This is a simple text response for testing.'),
  },
  test_image_content: {
    description: 'Shows a red pixel',
    result: told({ type: 'image', data: PNG, mimeType: 'image/png' }),
  },
  test_audio_content: {
    description: 'Plays nothing',
    result: told({ type: 'audio', data: WAV, mimeType: 'audio/wav' }),
  },
  test_embedded_resource: {
    description: 'Embeds a resource',
    result: told(embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  },
  test_multiple_content_types: {
    description: 'Tells, shows and embeds',
    result: told(
      'Multiple content types test:',
      { type: 'image', data: PNG, mimeType: 'image/png' },
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ),
  },
};

function embedded(uri: string, mimeType: string, words: string) {
  return { type: 'resource' as const, resource: { uri, mimeType, text: words } };
}

async function logInSteps({ mcpReq }: ServerContext): Promise<CallToolResult> {
  for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await log(mcpReq, line);
    await delay(STEP_MS);
  }
  return told('Tool with logging executed successfully');
}

async function log(mcpReq: ServerContext['mcpReq'], line: string): Promise<void> {
  // oxlint-disable-next-line typescript/no-deprecated -- clients of every revision still may ask for logs
  await mcpReq.log('info', line);
}

async function tellProgress({ mcpReq }: ServerContext): Promise<CallToolResult> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return told('nobody wants to know');
  for (const progress of [0, 50, 100]) {
    const params = { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` };
    await mcpReq.notify({ method: 'notifications/progress', params });
    await delay(STEP_MS);
  }
  return told(String(progressToken));
}

const cancelled = new Set<string>();

// One waits until nobody waits for it any more, the other tells whether that has happened.
function addWaiting(server: McpServer): void {
  const inputSchema = z.object({ key: z.string() });
  server.registerTool('test_wait', { description: 'Waits', inputSchema }, async ({ key }, { mcpReq }) => {
    const { signal } = mcpReq;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    cancelled.add(key);
    return told('cancelled');
  });
  server.registerTool('test_cancelled', { description: 'Tells', inputSchema }, ({ key }) =>
    told(cancelled.has(key) ? 'cancelled' : 'waiting'),
  );
}

function addStructured(server: McpServer): void {
  const outputSchema = z.object({ city: z.string(), degrees: z.number() });
  server.registerTool(
    'test_structured_content',
    { description: 'The weather', inputSchema: z.object({ city: z.string() }), outputSchema },
    ({ city }) => ({ ...told(`12.5 degrees in ${city}`), structuredContent: { city, degrees: 12.5 } }),
  );
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has every keyword in its schema', inputSchema: fromJsonSchema(KEYWORDS) },
    () => told('ok'),
  );
  server.registerTool(
    'test_custom_header_tool',
    {
      description: 'Wants an argument repeated in a header',
      inputSchema: z.object({ message: z.string().meta({ 'x-mcp-header': 'Message' }) }),
    },
    ({ message }) => told(`Message: ${message}`),
  );
}

// What JSON Schema 2020-12 knows beyond properties; a list of tools has to carry it unchanged.
const KEYWORDS = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
} as const;
