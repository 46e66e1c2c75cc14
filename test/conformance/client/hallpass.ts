// The way through hallpass, which is the OAuth client of a client that knows nothing of it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { CLIENT_DOCUMENT, type Registered } from './oauth.ts';

/** How to start a proxy; it is given `--url` and the address, or a name. */
export interface Proxy {
  /** What the client speaks to it. */
  readonly speaks: 'http' | 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Listening {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
}

/** Starts it before the server for clients on HTTP. Where it wants to be authorized a browser agrees to everything. */
export async function listen(proxy: Proxy): Promise<Listening> {
  const at = proxy.cwd === undefined ? {} : { cwd: proxy.cwd };
  const child = spawn(proxy.command, proxy.args, {
    env: proxy.env,
    ...at,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<{ url: string; token: string }>();
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line) as { event: string; url: string; token: string };
    if (event.event === 'ready') ready.resolve(event);
    if (event.event === 'authorize') browse(event.url);
  });
  const { url, token } = await Promise.race([
    ready.promise,
    once(child, 'exit').then(() => Promise.reject(new Error('the proxy ended'))),
  ]);
  return { url, token, child };
}

/** hallpass as a person has set it up for this server: with the client that was registered, where one was. */
export async function setUp(proxy: Proxy, url: string, registered: Registered): Promise<Proxy> {
  const env: Record<string, string> = { ...proxy.env, HALLPASS_OAUTH_CLIENT: CLIENT_DOCUMENT };
  // Each server of the suite is another, also where it has the port of one before.
  await run({ ...proxy, env }, ['authorize', '--remove', url]);
  const { client_id, client_secret, issuer } = registered;
  if (client_id === undefined) return { ...proxy, env, args: [...proxy.args, '--url', url] };
  const secret = `S${crypto.randomUUID().replaceAll('-', '')}`;
  await run(
    { ...proxy, env },
    ['secret', 'add', secret, '--origin', new URL(issuer ?? '').origin],
    client_secret,
  );
  const configDir = join(env['HALLPASS_CONFIG_DIR'] ?? '', secret);
  await mkdir(configDir, { recursive: true });
  const connection = { url, oauth: { client_id, client_secret: `secret:${secret}`, issuer } };
  await writeFile(
    join(configDir, 'hallpass.yaml'),
    JSON.stringify({ connections: { conformance: connection } }),
  );
  return { ...proxy, env: { ...env, HALLPASS_CONFIG_DIR: configDir }, args: [...proxy.args, 'conformance'] };
}

/** Authorizes beforehand, as a person does for a client that starts hallpass itself. */
export async function authorize(proxy: Proxy): Promise<void> {
  const server = proxy.args.at(-1) ?? '';
  await run(proxy, ['authorize', '--json', server]);
}

async function run(proxy: Proxy, args: readonly string[], stdin = ''): Promise<void> {
  const at = proxy.cwd === undefined ? {} : { cwd: proxy.cwd };
  const [script = ''] = proxy.args;
  const child = spawn(proxy.command, [script, ...args], {
    env: proxy.env,
    ...at,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(stdin);
  createInterface(child.stdout).on('line', (line) => {
    if (!line.startsWith('{"event":"authorize"')) return;
    browse((JSON.parse(line) as { url: string }).url);
  });
  await once(child, 'close');
}

// What comes of it hallpass says.
function browse(url: string): void {
  void fetch(url).then(
    (response) => response.body?.cancel(),
    (error: unknown) => console.error(`the browser: ${String(error)}`),
  );
}
