// A small MCP client, with the official SDK: `node call-tool.ts TOOL NAME=VALUE… -- SERVER…` starts the server on stdio, calls
// one of its tools and prints what it answers. Exits 1 for an error.
import process from 'node:process';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const words = process.argv.slice(2);
const [tool = '', ...given] = words.slice(0, words.indexOf('--'));
const [command = '', ...args] = words.slice(words.indexOf('--') + 1);
const client = new Client({ name: 'call-tool', version: '1.0.0' });
try {
  await client.connect(new StdioClientTransport({ command, args, env: environment(), stderr: 'inherit' }));
  const { content, isError } = await client.callTool({
    name: tool,
    arguments: Object.fromEntries(given.map(pair)),
  });
  for (const part of content) console.log(part.type === 'text' ? part.text : part.type);
  if (isError === true) process.exitCode = 1;
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await client.close();
}

// Else the SDK hands on a few variables only.
function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined),
  );
}

function pair(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}
