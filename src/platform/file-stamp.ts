import { statSync } from 'node:fs';

/** Another text once there is another file, or it has been written to. What can't be looked at is another state, too. */
export function fileStamp(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
  } catch {
    return '';
  }
}
