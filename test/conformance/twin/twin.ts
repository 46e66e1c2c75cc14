import process from 'node:process';

import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import type { Status } from '../compare.ts';
import type { Outcome, Revision } from '../suite.ts';
import { FEATURES, OLDER_FEATURES, orError } from './features.ts';

/** What a client got to see of each feature, as text. */
export type Transcript = ReadonlyMap<string, string>;

/** Uses every feature, one after the other. */
export async function useAll(revision: Revision, transport: Transport): Promise<Transcript> {
  const client = new Client(
    { name: 'twin', version: '1.0.0' },
    {
      capabilities: { sampling: {}, elicitation: { form: {} }, roots: {} },
      versionNegotiation: { mode: revision < '2026-07-28' ? 'legacy' : { pin: '2026-07-28' } },
    },
  );
  const heard: { method: string; params?: unknown }[] = [];
  answerAll(client);
  client.fallbackNotificationHandler = async ({ method, params }) => void heard.push({ method, params });
  await client.connect(transport);
  try {
    const features = { ...FEATURES, ...(revision < '2026-07-28' && OLDER_FEATURES) };
    const transcript = new Map<string, string>();
    for (const [name, feature] of Object.entries(features)) {
      heard.length = 0;
      transcript.set(name, stable(await orError(feature({ client, revision, heard }))));
    }
    return transcript;
  } finally {
    await client.close();
  }
}

/** The transcript of a way as checks: a feature passes where a client sees what it sees directly. */
export function toOutcome(own: Transcript, direct: Transcript): Outcome {
  const checks = new Map<string, Status>();
  const faults: string[] = [];
  for (const [name, seen] of own) {
    const isSame = seen === direct.get(name);
    checks.set(name, isSame ? 'SUCCESS' : 'FAILURE');
    if (!isSame) faults.push(`${name}\n  direct:  ${direct.get(name) ?? 'nothing'}\n  through: ${seen}`);
  }
  return { checks, faults };
}

export function byStdio(launch: {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
}): Transport {
  const env = Object.fromEntries(
    Object.entries(launch.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { command, args, cwd = process.cwd() } = launch;
  return new StdioClientTransport({ command, args: [...args], env, cwd, stderr: 'ignore' });
}

export function byHttp({ url, token }: { url: string; token: string }): Transport {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return new StreamableHTTPClientTransport(new URL(url), { requestInit });
}

/** By the old HTTP+SSE transport. */
export function bySse({ url, token }: { url: string; token: string }): Transport {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
  return new SSEClientTransport(new URL('/sse', url), { requestInit });
}

function answerAll(client: Client): void {
  client.setRequestHandler('sampling/createMessage', ({ params }) => ({
    role: 'assistant',
    model: 'a model',
    content: { type: 'text', text: `of ${JSON.stringify(params.messages)}` },
  }));
  client.setRequestHandler('elicitation/create', ({ params }) => ({
    action: 'accept',
    content: {
      asked: JSON.stringify(params).length,
      name: 'N',
      ok: true,
      color: 'c',
      context: 'x',
      username: 'u',
      email: 'e@x.org',
    },
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///root', name: 'root' }] }));
}

// A subscription has an id of its own each time.
function stable(seen: unknown): string {
  return JSON.stringify(seen, (key, value: unknown) => (key.endsWith('/subscriptionId') ? 'an id' : value));
}
