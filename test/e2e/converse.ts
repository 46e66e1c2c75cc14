import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import type { Canary } from '../helpers/canaries.ts';
import type { Finished, Running, Sandbox, SpawnOptions } from '../helpers/hallpass.ts';
import { type Script, tappedPuppet } from '../helpers/puppet.ts';
import type { Tapped } from '../helpers/wiretap.ts';

/** Longer than the kindest way of ending a server, shorter than a test. */
const LEAVE_MS = 60_000;

/** A client that writes its bytes by hand, hallpass, and a puppet for a server. */
export interface Conversation {
  readonly running: Running;
  /** What the server got and said. */
  readonly server: Tapped;
  /** Writes a line as it is. */
  say(line: string): void;
  /** Writes a request; resolves to the line that answers it, as it came. */
  ask(method: string, params?: unknown): Promise<string>;
  /** Resolves to the line that answers request `id`. */
  answer(id: number | string): Promise<string>;
  /** Ends the client's stdin and waits for hallpass. */
  leave(): Promise<Finished>;
}

/** Starts `hallpass connect FLAGS -- PUPPET` on stdio. */
export function converse(
  hallpass: Sandbox,
  script: Script = {},
  { flags = [], ...options }: SpawnOptions & { readonly flags?: readonly string[] } = {},
): Conversation {
  const server = tappedPuppet(hallpass.directory, script);
  const running = hallpass.spawn(['connect', ...flags, '--', server.command], options);
  hallpass.watch(() => ({ streams: { 'what the server got': server.stdin } }));
  const answer = async (id: number | string) => {
    const pattern = new RegExp(`^(.*?"id":${JSON.stringify(id)}[,}].*)\\n`, 'm');
    const [, line = ''] = await running.saying('stdout', pattern);
    return line;
  };
  let asked = 100;
  return {
    running,
    server,
    answer,
    say: (line) => running.child.stdin.write(`${line}\n`),
    ask(method, params = {}) {
      const id = (asked += 1);
      running.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return answer(id);
    },
    async leave() {
      running.child.stdin.end();
      const timer = setTimeout(() => running.child.kill('SIGKILL'), LEAVE_MS);
      const finished = await running.finished;
      clearTimeout(timer);
      if (finished.signal === 'SIGKILL')
        throw new Error(`hallpass did not leave in ${LEAVE_MS} ms\n${finished.stderr}`);
      return finished;
    },
  };
}

/** Searches now what the sandbox will search when it ends, and `streams`. */
export function nothingLeaked(
  hallpass: Sandbox,
  canaries: readonly Canary[],
  streams: Readonly<Record<string, Uint8Array | string>> = {},
): void {
  assertNoCanary({
    canaries,
    streams: { ...hallpass.streams, ...streams },
    directories: hallpass.directories,
  });
}
