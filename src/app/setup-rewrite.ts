import type { Node } from 'jsonc-parser';

import {
  applyEdits,
  memberOf,
  nodeAt,
  parseJsonc,
  prependElements,
  removeMember,
  setMember,
  type TextEdit,
} from './jsonc-file.ts';
import type { Decision } from './setup-server.ts';

/** How a client starts this hallpass. */
export interface Launch {
  readonly command: string;
  /** What stands before `connect`. */
  readonly args: readonly string[];
  /** Settings that are in force now and that the client's own environment may lack. */
  readonly env: Readonly<Record<string, string>>;
}

interface Wrapped {
  readonly decision: Exclude<Decision, { kind: 'leave' }>;
  /** Its name in `hallpass.yaml`; undefined where its command stays in the client's file. */
  readonly connection: string | undefined;
}

/** The text of one server, an object, such that its client starts hallpass; and the way back, in order. */
export function rewriteServer(
  text: string,
  { decision, connection }: Wrapped,
  launch: Launch,
): { text: string; inverse: readonly TextEdit[] } {
  const server = new ServerText(text);
  const start = [...launch.args, 'connect'];
  if (decision.kind === 'inline') server.putBefore([...start, '--', decision.command]);
  else server.set([], 'args', [...start, connection]);
  server.set([], 'command', launch.command);
  if (decision.kind === 'url') makeStdio(server);
  if (decision.kind === 'command') for (const { key } of decision.secrets) server.remove(['env'], key);
  for (const [name, value] of Object.entries(launch.env)) server.setVariable(name, value);
  return server;
}

function makeStdio(server: ServerText): void {
  server.remove([], 'url');
  server.remove([], 'headers');
  if (server.has('type')) server.set([], 'type', 'stdio');
}

class ServerText {
  text: string;
  inverse: readonly TextEdit[] = [];

  constructor(text: string) {
    this.text = text;
  }

  has(key: string): boolean {
    return memberOf(parseJsonc(this.text, ''), key) !== undefined;
  }

  set(path: readonly string[], key: string, value: unknown): void {
    this.#edit(path, (object) => setMember(this.text, object, [key, value]));
  }

  remove(path: readonly string[], key: string): void {
    this.#edit(path, (object) => removeMember(this.text, object, key));
  }

  // The client fills in what has ${…}, so that the arguments stay where they are.
  putBefore(words: readonly string[]): void {
    this.#edit([], (object) => {
      const args = memberOf(object, 'args')?.value;
      return args === undefined
        ? setMember(this.text, object, ['args', words])
        : prependElements(args, words);
    });
  }

  setVariable(name: string, value: string): void {
    if (this.has('env')) this.set(['env'], name, value);
    else this.set([], 'env', { [name]: value });
  }

  #edit(path: readonly string[], change: (object: Node) => TextEdit[]): void {
    const object = nodeAt(parseJsonc(this.text, ''), path);
    if (object === undefined) return;
    const { text, inverse } = applyEdits(this.text, change(object));
    this.text = text;
    this.inverse = [...inverse, ...this.inverse];
  }
}
