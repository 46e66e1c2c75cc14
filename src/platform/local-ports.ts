import { join } from 'node:path';

import { HallpassError } from '../core/errors.ts';
import { readSmallFile, replaceFile } from './files.ts';
import { lockSync } from './locks.ts';

const LIMIT = 1024 * 1024;

/** The port on 127.0.0.1 that a connection had last time, so that a client's configuration goes on working. */
export class LocalPorts {
  readonly #file: string;

  constructor(stateDir: string) {
    this.#file = join(stateDir, 'ports.json');
  }

  /** Undefined for a connection that has had none. */
  recall(connection: string): number | undefined {
    return new Map(Object.entries(this.#read())).get(connection);
  }

  remember(connection: string, port: number): void {
    const held = lockSync(`${this.#file}.lock`);
    try {
      replaceFile(this.#file, `${JSON.stringify({ ...this.#read(), [connection]: port })}\n`);
    } finally {
      held.release();
    }
  }

  #read(): Record<string, number> {
    const content = readSmallFile(this.#file, LIMIT);
    if (content === undefined) return {};
    try {
      const ports = Object.entries(JSON.parse(content.toString('utf8')) as object);
      return Object.fromEntries(
        ports.filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65536),
      );
    } catch (cause) {
      throw new HallpassError('ERR_CONFIG', `${this.#file} is not JSON`, {
        cause,
        hint: 'Delete the file: ports are chosen anew.',
      });
    }
  }
}
