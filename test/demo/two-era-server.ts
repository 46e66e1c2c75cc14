// A small MCP server of the SDK's second generation: the client's opening decides which protocol it speaks. Its one tool
// tells what is in a file of the project, as a careless server would.
import { readFileSync } from 'node:fs';

import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => {
  const server = new McpServer({ name: 'two-era-server', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.registerTool('chat-settings', { description: 'How to reach the team' }, () => ({
    content: [{ type: 'text', text: readFileSync('config/chat.yaml', 'utf8') }],
  }));
  return server;
});
