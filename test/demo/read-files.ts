import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { fit, proven, table } from './page.ts';
import { expect, layWire, type Stage } from './set.ts';

/** The official client reads every file of the project through the official filesystem server. */
export async function readFiles(stage: Stage): Promise<void> {
  const { launch } = layWire(stage, 'mcp-server-filesystem', '.');
  const agent = new Client({ name: 'demo-agent', version: '1.0.0' });
  await agent.connect(new StdioClientTransport(launch));
  const read = new Map<string, string>();
  for (const path of stage.files) read.set(path, await textOf(agent, path));
  await agent.close();
  const rows = stage.files.flatMap((path) => rowsOf(path, read.get(path) ?? ''));
  table(rows, ['file', 'what the agent got']);
  for (const path of stage.files) await checkRead(stage, path, read.get(path) ?? '');
  proven('every other line of every file arrived as it is');
}

async function textOf(agent: Client, path: string): Promise<string> {
  const { content } = await agent.callTool({ name: 'read_text_file', arguments: { path } });
  const [first] = content as { type: string; text?: string }[];
  return first?.text ?? '';
}

function rowsOf(path: string, text: string): string[][] {
  const masked = text.split('\n').filter((line) => line.includes('hpm_'));
  return masked.map((line, i) => [i === 0 ? path : '', fit(line.trim(), 76)]);
}

// Line by line: what held a secret holds a placeholder now, and the rest is untouched.
async function checkRead({ hallpass, secrets }: Stage, path: string, got: string): Promise<void> {
  let original = await readFile(join(hallpass.project, path), 'utf8');
  for (const { value } of secrets) {
    const base64 = Buffer.from(value).toString('base64');
    original = original.replaceAll(value.trimEnd(), SECRET).replaceAll(base64, SECRET);
  }
  expect(
    got.replaceAll(/hpm_[a-z0-9_]+/g, SECRET) === original,
    `${path} arrived with other changes than placeholders`,
  );
}

const SECRET = '(secret)';
