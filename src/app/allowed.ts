import type { Exception } from './exceptions.ts';
import { parseExceptions } from './exceptions-file.ts';
import { parseValueExceptions, type ValueExceptionEntry } from './value-exceptions-file.ts';

/** An exception as it is listed. */
export interface AllowedEntry {
  /** `masking`: a value passes that would be masked. `scan`: what `scan` finds may stay. */
  readonly of: 'masking' | 'scan';
  /** The placeholder or the fingerprint; null: it is about a path or a rule. */
  readonly exception: string | null;
  readonly connection: string | null;
  readonly path: string | null;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly date: string | null;
  /** Whether it is about this project; null: no key is at hand that would tell. */
  readonly here: boolean | null;
  readonly file: string;
}

/** A file of exceptions. What it reads may have been changed by hand. */
export interface ExceptionFile {
  readonly file: string;
  /** Throws ERR_CONFIG for one that is not used. */
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
}

export interface ExceptionFiles {
  /** The person's own: values that pass unmasked. */
  readonly own: ExceptionFile;
  /** The project's, which only `scan` heeds: anybody's words. */
  readonly project: ExceptionFile;
}

/** Tells whether a placeholder is of this project; null: no key is at hand that would. */
export type HereTest = (placeholder: string) => boolean | null;

/**
 * All that has been allowed: values first, then findings, each as its file has them.
 *
 * @throws {HallpassError} ERR_CONFIG with file, line and column
 */
export async function listAllowed(
  { own, project }: ExceptionFiles,
  openKeys: () => Promise<HereTest>,
): Promise<AllowedEntry[]> {
  const values = parseValueExceptions(own.read() ?? '', own.file);
  const findings = parseExceptions(project.read() ?? '', project.file);
  const isHere = values.length === 0 ? () => null : await openKeys();
  return [
    ...values.map((value) => ofMasking(value, { file: own.file, here: isHere(value.placeholder) })),
    ...findings.map((finding) => ofScan(finding, { file: project.file, here: true })),
  ];
}

type Place = Pick<AllowedEntry, 'file' | 'here'>;

function ofMasking(value: ValueExceptionEntry, place: Place): AllowedEntry {
  const { placeholder: exception, connection = null, rule = null, reason = null, date = null } = value;
  return { of: 'masking', exception, connection, path: null, rule, reason, date, ...place };
}

function ofScan(finding: Exception, place: Place): AllowedEntry {
  const { fingerprint: exception = null, path = null, rule = null, reason = null } = finding;
  return { of: 'scan', exception, connection: null, path, rule, reason, date: null, ...place };
}
