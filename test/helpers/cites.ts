import type { RequirementId } from '../e2e/requirements.ts';

declare module 'vitest' {
  interface TaskMeta {
    cites?: string[];
  }
}

/**
 * Options that say which requirements a test covers: `test('…', cites('scan.json'), async () => …)`. A requirement that no
 * passing test cites fails a complete run.
 */
export function cites(...ids: [RequirementId, ...RequirementId[]]): { meta: { cites: string[] } } {
  return { meta: { cites: ids } };
}
