import { toBytes, toText, type Splice } from '../bytes.ts';
import { valuesOf, type ResultFields } from './result-fields.ts';

/** The methods whose results say how long and for whom they hold (MCP 2026-07-28, Caching). */
const CACHEABLE = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

const HINTS = [
  { key: 'ttlMs', value: '0' },
  { key: 'cacheScope', value: '"private"' },
] as const;

/** Whether the result of a method may be kept by others. */
export function isCacheable(method: string | undefined): boolean {
  return method !== undefined && CACHEABLE.has(method);
}

/**
 * The splices after which a result is nobody's but the one's who asked, and stale at once: for one that was changed on
 * its way, and so holds for one workspace and its rules only. Where neither hint stands, in older revisions, a client
 * keeps nothing that it would not keep anyway.
 */
export function withoutCaching(message: Uint8Array, fields: ResultFields): Splice[] {
  const { result } = fields;
  const isHinted = HINTS.some(({ key }) => valuesOf(fields, key).length > 0);
  if (result === undefined || !isHinted) return [];
  const splices = HINTS.flatMap(({ key, value }) => {
    const there = valuesOf(fields, key);
    const at = result.start + 1;
    if (there.length === 0)
      return [{ start: at, end: at, replacement: toBytes(`${JSON.stringify(key)}:${value},`) }];
    return there
      .filter(({ start, end }) => toText(message.subarray(start, end)) !== value)
      .map(({ start, end }) => ({ start, end, replacement: toBytes(value) }));
  });
  return splices.toSorted((a, b) => a.start - b.start);
}
