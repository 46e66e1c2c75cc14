import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { type HubConfig, developmentConfig } from '../../../src/hub/config.ts';
import { type RunningHub, startHub } from '../../../src/hub/hub.ts';
import type { PolicySource } from '../../../src/hub/policy/policy-board.ts';
import type { RequestLine } from '../../../src/hub/http/server.ts';
import { FileSource } from '../../../src/platform/file-source.ts';
import { readSmallFile, replaceFile } from '../../../src/platform/files.ts';
import { tryLock } from '../../../src/platform/locks.ts';
import { HubCalls } from './hub-calls.ts';

/** A hub in this process, listening on 127.0.0.1, over a directory that goes with it unless it was handed in. */
export class TestHub extends HubCalls {
  readonly dataDir: string;
  readonly requests: RequestLine[] = [];
  readonly troubles: Error[] = [];
  readonly notices: string[] = [];
  /** Told of the path of each request that was answered. */
  onAnswer: (path: string) => void = () => undefined;
  /** Added to its clock, milliseconds. */
  ahead = 0;
  #onNotice: (line: string) => void = () => undefined;
  readonly #removes: boolean;
  #policy: PolicySource | undefined;
  #running: RunningHub | undefined;

  private constructor(dataDir: string | undefined) {
    super();
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), 'hallpass-hub-test-'));
    this.#removes = dataDir === undefined;
  }

  static async start(
    options: { config?: Partial<HubConfig>; dataDir?: string; policy?: PolicySource } = {},
  ): Promise<TestHub> {
    const hub = new TestHub(options.dataDir);
    hub.#policy = options.policy;
    try {
      await hub.start(options.config);
    } catch (error) {
      await hub[Symbol.asyncDispose]();
      throw error;
    }
    return hub;
  }

  get url(): string {
    if (this.#running === undefined) throw new Error('the hub does not run');
    return this.#running.url;
  }

  get issuer(): string {
    return this.#running?.issuer ?? '';
  }

  async start(config: Partial<HubConfig> = {}): Promise<void> {
    const { dataDir } = this;
    const keys = join(dataDir, 'keys.json');
    this.#running = await startHub(
      { ...developmentConfig({ host: '127.0.0.1', port: 0 }), ...config },
      {
        dataDir,
        keys: {
          read: async () => readSmallFile(keys, 65_536),
          write: async (bytes) => replaceFile(keys, bytes),
        },
        lock: tryLock,
        replaceFile,
        readFile: (path) => readSmallFile(path, 65_536),
        openSource: (path) => new FileSource(path),
        fetch: (url, init) => fetch(url, init),
        webhookFetch: () => (url, init) => fetch(url, init),
        now: () => Date.now() + this.ahead,
        onRequest: (line) => {
          this.requests.push(line);
          this.onAnswer(line.path);
        },
        onTrouble: (error) => this.troubles.push(error),
        onNotice: (line) => {
          this.notices.push(line);
          this.#onNotice(line);
        },
        policy: this.#policy,
      },
    );
  }

  /** The next line that whoever runs it is told. */
  noticed(): Promise<string> {
    return new Promise((resolve) => {
      this.#onNotice = resolve;
    });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
    // The connections that fetch has kept end in this very process; it has to see that before it uses one again.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#removes) rmSync(this.dataDir, { recursive: true, force: true });
  }
}
