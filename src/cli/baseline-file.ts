import { baselineText, type BaselineEntry, parseBaseline } from '../app/baseline.ts';
import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { readSmallFile } from '../platform/files.ts';
import { writeProjectText } from '../platform/project-text.ts';

/** The fingerprints in the baseline at this path. Throws ERR_NO_SUCH_FILE, ERR_CONFIG. */
export function loadBaseline(file: string): Set<string> {
  const text = readSmallFile(file, LIMITS.allowFileBytes)?.toString('utf8');
  if (text === undefined)
    throw new HallpassError('ERR_NO_SUCH_FILE', `there is no baseline ${file}`, {
      hint: `Write it first: hallpass scan --baseline ${file} --write-baseline PATH`,
    });
  return parseBaseline(text, file);
}

/** Writes the baseline, for committing. */
export function saveBaseline(file: string, found: readonly BaselineEntry[]): void {
  writeProjectText(file, baselineText(found));
}
