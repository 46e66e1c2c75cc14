import process from 'node:process';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves `stopped` at the first signal that asks us to end, so that the session can be sealed. */
export function onStopSignal(): { stopped: Promise<{ by: 'signal'; reason: string }>; dispose: () => void } {
  const controller = new AbortController();
  const stopped = new Promise<{ by: 'signal'; reason: string }>((resolve) => {
    for (const signal of STOP_SIGNALS) {
      const handler = (): void => resolve({ by: 'signal', reason: `stopped by ${signal}` });
      process.on(signal, handler);
      controller.signal.addEventListener('abort', () => process.off(signal, handler));
    }
  });
  return { stopped, dispose: () => controller.abort() };
}
