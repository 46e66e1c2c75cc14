import { closeSync, openSync } from 'node:fs';
import process from 'node:process';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const stops = new Set<(reason: string) => void>();
let isStopped = false;

/** Whether a signal has asked us to end. */
export function wasStopped(): boolean {
  return isStopped;
}

/** Does what a signal does. False: nobody is there who would put anything in order. */
export function stopInOrder(reason: string): boolean {
  for (const stop of stops) stop(reason);
  return stops.size > 0;
}

/**
 * Resolves `stopped` at the first signal that asks us to end, so that the session can be sealed. `onHangup`: what SIGHUP asks a
 * service for instead, as long as it is not its terminal that is gone.
 */
export function onStopSignal({ onHangup }: { readonly onHangup?: () => void } = {}): {
  stopped: Promise<{ by: 'signal'; reason: string }>;
  dispose: () => void;
} {
  const controller = new AbortController();
  const stopped = new Promise<{ by: 'signal'; reason: string }>((resolve) => {
    const stop = (reason: string): void => resolve({ by: 'signal', reason });
    stops.add(stop);
    controller.signal.addEventListener('abort', () => stops.delete(stop));
    for (const signal of STOP_SIGNALS) {
      const handler = (): void => {
        if (signal === 'SIGHUP' && onHangup !== undefined && !isTerminalGone()) return onHangup();
        isStopped = true;
        stop(`stopped by ${signal}`);
      };
      process.on(signal, handler);
      controller.signal.addEventListener('abort', () => process.off(signal, handler));
    }
  });
  return { stopped, dispose: () => controller.abort() };
}

/** On Windows SIGHUP is a console that is being closed; elsewhere a terminal that is gone can't be opened any more. */
function isTerminalGone(): boolean {
  if (process.platform === 'win32') return true;
  if (process.stdin.isTTY !== true) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
