// An MCP server that does next to nothing: `echo-server.ts stdio | http`. A call's text comes back.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

interface Request {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { readonly text?: string } };
}

const TOOL = { name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } };

if (process.argv[2] === 'http') serveHttp();
else serveStdio();

function answer(line: string): string | undefined {
  const { id, method, params } = JSON.parse(line) as Request;
  if (id === undefined || method === undefined) return undefined;
  const result = resultOf(method, params);
  if (result !== undefined) return JSON.stringify({ jsonrpc: '2.0', id, result });
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } });
}

function resultOf(method: string, params: Request['params']): object | undefined {
  if (method === 'tools/call') return { content: [{ type: 'text', text: params?.arguments?.text }] };
  if (method === 'tools/list') return { tools: [TOOL] };
  if (method === 'ping') return {};
  if (method !== 'initialize') return undefined;
  const protocolVersion = params?.protocolVersion ?? '2025-11-25';
  return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'echo', version: '1' } };
}

function serveStdio(): void {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = answer(line);
      if (said !== undefined) process.stdout.write(`${said}\n`);
    }
  });
}

function serveHttp(): void {
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const said = request.method === 'POST' ? answer(await bodyOf(request)) : undefined;
  if (request.method !== 'POST') response.writeHead(request.method === 'DELETE' ? 200 : 405);
  else if (said === undefined) response.writeHead(202);
  else response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'bench' });
  response.end(said);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
