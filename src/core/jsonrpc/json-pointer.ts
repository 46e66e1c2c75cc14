import type { JsonPath } from './json-walk.ts';

/** The JSON pointer (RFC 6901) to what is at `path`. */
export function pointerTo(path: JsonPath): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
