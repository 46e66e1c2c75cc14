import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CreateMessageResultSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  acceptedContent,
  createMcpHandler,
  inputRequired,
  McpServer,
  type McpRequestContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** What the tools of a server saw of the agent's words. */
export type Heard = string[];

/**
 * A server of the SDK's second generation, for both eras. `tell` answers with its secret, in several steps if asked;
 * `ask` needs to be told something first.
 */
export function makeServer(secret: string, heard: Heard): (context: McpRequestContext) => McpServer {
  return () => {
    const server = new McpServer({ name: 'sdk-server', version: '1' }, { capabilities: { tools: {} } });
    server.registerTool(
      'tell',
      {
        description: `Tells ${secret}`,
        inputSchema: z.object({
          word: z.string().meta({ 'x-mcp-header': 'Word' }),
          steps: z.number().default(0),
        }),
      },
      async ({ word, steps }, { mcpReq }) => {
        heard.push(word);
        const progressToken = mcpReq._meta?.progressToken;
        if (progressToken !== undefined)
          for (let step = 1; step <= steps; step += 1) {
            await mcpReq.notify({
              method: 'notifications/progress',
              params: { progressToken, progress: step, message: `step ${step} of ${secret}` },
            });
          }
        return { content: [{ type: 'text', text: `${word} is not ${secret}` }] };
      },
    );
    server.registerTool('ask', { description: 'Asks', inputSchema: z.object({}) }, (_args, { mcpReq }) => {
      const answer = acceptedContent(mcpReq.inputResponses, 'code', z.object({ code: z.string() }));
      if (answer !== undefined) {
        heard.push(answer.code, String(mcpReq.requestState()));
        return { content: [{ type: 'text', text: `thanks for ${answer.code}` }] };
      }
      const requestedSchema = {
        type: 'object' as const,
        properties: { code: { type: 'string' as const, description: `not ${secret}` } },
      };
      return inputRequired({
        inputRequests: {
          code: inputRequired.elicit({ message: `What is the code? Not ${secret}.`, requestedSchema }),
        },
        requestState: 'opaque state / of the server =',
      });
    });
    return server;
  };
}

/** The fetch-shaped handler of the second generation, on node:http. */
export function modernHandler(
  secret: string,
  heard: Heard,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { fetch: handle } = createMcpHandler(makeServer(secret, heard), { legacy: 'reject' });
  return async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    const body = request.method === 'POST' ? { body: new Uint8Array(await buffer(request)) } : {};
    const answer = await handle(
      new Request(`http://${request.headers.host ?? ''}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        headers,
        signal: gone.signal,
        ...body,
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.flushHeaders();
    for await (const piece of answer.body ?? []) response.write(piece);
    response.end();
  };
}

/** A server of the SDK's first generation with sessions, which asks the client's model before it answers. */
export function legacyHandler(
  secret: string,
  heard: Heard,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  return async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    if (known !== undefined) return known.handleRequest(request, response);
    if (id !== undefined) return void response.writeHead(404).end();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await legacyServer(secret, heard).connect(transport);
    return transport.handleRequest(request, response);
  };
}

/** The same server on the old HTTP+SSE transport, its stream at any path but that for messages. */
export function oldHandler(
  secret: string,
  heard: Heard,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
  const sessions = new Map<string, SSEServerTransport>();
  return async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (request.method === 'GET') {
      // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
      const transport = new SSEServerTransport('/upstream/messages', response);
      sessions.set(transport.sessionId, transport);
      return legacyServer(secret, heard).connect(transport);
    }
    const transport = sessions.get(url.searchParams.get('sessionId') ?? '');
    if (transport === undefined || url.pathname !== '/upstream/messages')
      return void response.writeHead(405).end();
    return transport.handlePostMessage(request, response);
  };
}

/** A server of the SDK's first generation: `think` asks the client's model before it answers. */
export function legacyServer(secret: string, heard: Heard): LegacyServer {
  const server = new LegacyServer({ name: 'legacy-server', version: '1' });
  server.registerTool(
    'tell',
    { description: `Tells ${secret}`, inputSchema: { word: z.string(), steps: z.number().default(0) } },
    async ({ word, steps }, { _meta, sendNotification }) => {
      heard.push(word);
      const progressToken = _meta?.progressToken;
      if (progressToken !== undefined)
        for (let step = 1; step <= steps; step += 1) {
          await sendNotification({
            method: 'notifications/progress',
            params: { progressToken, progress: step, message: `step ${step} of ${secret}` },
          });
        }
      return { content: [{ type: 'text', text: `${word} is not ${secret}` }] };
    },
  );
  server.registerTool('think', { description: 'Asks the model' }, async ({ sendRequest }) => {
    const { content } = await sendRequest(
      {
        method: 'sampling/createMessage',
        params: {
          messages: [{ role: 'user', content: { type: 'text', text: `What of ${secret}?` } }],
          maxTokens: 100,
        },
      },
      CreateMessageResultSchema,
    );
    const answer = content.type === 'text' ? content.text : '';
    heard.push(answer);
    return { content: [{ type: 'text', text: `the model says ${answer}` }] };
  });
  return server;
}
