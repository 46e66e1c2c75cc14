import process from 'node:process';

import type { RunningCommand } from '../core/run/command.ts';

/** All that a process can be sent and can hear of, but for what is the kernel's word about itself (SIGSEGV, SIGPIPE…). */
const FORWARDED = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGABRT',
  'SIGURG',
] as const;
/** Until then a signal to ourselves has come, if it comes at all. */
const STOP_MS = 50;

/** Hands signals on to a command, and stops and continues with it. Returns how to end that. */
export function forwardSignals(running: RunningCommand, options: { onTerminal: boolean }): () => void {
  const handlers = new Map<NodeJS.Signals, () => void>();
  const listen = (signal: NodeJS.Signals, handler: () => void): void => {
    handlers.set(signal, handler);
    process.on(signal, handler);
  };
  for (const signal of FORWARDED) listen(signal, () => running.signal(signal));
  listen('SIGWINCH', () => (options.onTerminal ? running.resize() : running.signal('SIGWINCH')));
  const stop = (): void => {
    // A group that nobody of its session waits for ignores SIGTSTP, and the command's is one, but on a terminal of its own.
    running.signal(options.onTerminal ? 'SIGTSTP' : 'SIGSTOP');
    process.off('SIGTSTP', stop);
    // All of our own job, as Ctrl-C's terminal would: a shell waits for the whole of a pipeline.
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      process.on('SIGTSTP', stop);
      running.signal('SIGCONT');
    }, STOP_MS);
  };
  listen('SIGTSTP', stop);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
