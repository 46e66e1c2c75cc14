import { randomBytes } from 'node:crypto';

import type { DefinitionRules } from '../../src/core/policy/definitions/definition.ts';
import { acceptPending, type PinStore } from '../../src/core/policy/definitions/pins.ts';
import { DefinitionWatch } from '../../src/core/policy/definitions/watch.ts';
import { MemoryPins } from '../../src/platform/definition-pins.ts';
import { Playbook } from './playbook.ts';

/** As the shipped policies have them. */
export const RULES = {
  observe: { changed: 'ignore', suspicious: 'ignore' },
  guard: { changed: 'flag', suspicious: 'flag' },
  approve: { changed: 'hide', suspicious: 'flag' },
  locked: { changed: 'hide', suspicious: 'hide' },
} as const satisfies Record<string, DefinitionRules>;

type Said = Record<string, unknown>;

/** One server's pins, and the sessions before it, one after the other. */
export class PinnedServer {
  readonly pins: PinStore = new MemoryPins();
  readonly #key = randomBytes(32);

  /** A new session: what was pinned in the one before still is. */
  session(rules: DefinitionRules): Session {
    const watch = new DefinitionWatch({ key: this.#key, store: this.pins, rules, wall: () => 1 });
    return new Session(new Playbook({ definitions: watch }));
  }

  /** As `hallpass trust --tools` does, once somebody has said yes. */
  accept(): void {
    this.pins.update((book) => acceptPending(book, book.pending, 2));
  }
}

/** A conversation in which lists are asked for and given. */
export class Session {
  readonly book: Playbook;
  #id = 0;

  constructor(book: Playbook) {
    this.book = book;
    void book.start();
  }

  /** Asks for a list and gives this answer; returns what the client got of it. */
  async list(method: string, result: Said | string, cursor?: string): Promise<Said> {
    const id = await this.#ask(method, cursor === undefined ? {} : { cursor });
    const text = typeof result === 'string' ? result : JSON.stringify(result);
    await this.book.serverSays(`{"jsonrpc":"2.0","id":${id},"result":${text}}\n`);
    const answer = JSON.parse(this.book.lastToClient()) as Said & { result?: Said };
    return answer.result ?? answer;
  }

  /** The names of the tools that the client got. */
  async tools(...tools: (Said | string)[]): Promise<string[]> {
    return named(await this.list('tools/list', { tools: tools.map(asTool) }));
  }

  /** What comes of calling a tool: undefined where the server got it, else the words of the refusal. */
  async call(name: string, method = 'tools/call'): Promise<string | undefined> {
    const id = await this.#ask(method, method === 'resources/read' ? { uri: name } : { name });
    if (this.book.order.at(-1) === 'to server')
      await this.book.serverSays({ jsonrpc: '2.0', id, result: {} });
    const { error } = JSON.parse(this.book.lastToClient()) as { error?: { message: string } };
    return error?.message;
  }

  /** The definition events so far, oldest first, each once. */
  events(): Said[] {
    return this.book.events('definition');
  }

  async #ask(method: string, params: Said): Promise<number> {
    this.#id += 1;
    await this.book.clientSays({ jsonrpc: '2.0', id: this.#id, method, params });
    return this.#id;
  }
}

/** A tool by its name alone. */
export function asTool(tool: Said | string): Said {
  return typeof tool === 'string'
    ? { name: tool, description: 'Does it.', inputSchema: { type: 'object' } }
    : tool;
}

function named(result: Said): string[] {
  return ((result['tools'] ?? []) as { name: string }[]).map(({ name }) => name);
}
