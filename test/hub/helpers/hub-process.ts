import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { freePort } from '../../helpers/free-port.ts';
import { HubCalls } from './hub-calls.ts';

const CLI = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));

/** `hallpass hub start --dev` in a process of its own, over one data directory and one port however often it is started. */
export class HubProcess extends HubCalls {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'hallpass-hub-test-'));
  #child: ChildProcess | undefined;
  #ready = { url: '', issuer: '' };

  get url(): string {
    return this.#ready.url;
  }

  get issuer(): string {
    return this.#ready.issuer;
  }

  /** Starts it; resolves when it is ready. Rejects with what it said when it ends instead. */
  async start(): Promise<void> {
    // Its own while it is down, too.
    const port = this.url === '' ? String(await freePort()) : new URL(this.url).port;
    const child = run(['hub', 'start', '--dev', '--json', '--data', this.dataDir, '--port', port]);
    this.#child = child;
    const ended = finished(child).then(({ stderr }) => {
      throw new Error(`the hub ended: ${stderr}`);
    });
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    ended.catch(() => undefined);
    this.#ready = JSON.parse(line) as { url: string; issuer: string };
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }

  /** Asks it to stop. Returns how it ended. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return child.exitCode;
  }

  /** Starts another hub on the same data and waits for its end. */
  async second(): Promise<{ code: number | null; stderr: string }> {
    return finished(run(['hub', 'start', '--dev', '--json', '--data', this.dataDir]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function run(args: string[]) {
  return spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finished(child: ReturnType<typeof run>): Promise<{ code: number | null; stderr: string }> {
  const chunks: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return { code: child.exitCode, stderr: Buffer.concat(chunks).toString() };
}
