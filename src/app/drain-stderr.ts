import type { Passed } from '../core/mask/exceptions.ts';
import type { Edit } from '../core/mask/finding.ts';
import type { Masker } from '../core/mask/masker.ts';
import type { ExceptedRecord, FindingRecord, RecordBody } from '../core/session/event.ts';

interface StderrDeps {
  readonly masker: Masker;
  readonly record: (body: RecordBody, payload?: Uint8Array) => void;
  /** Takes what may be seen, and `undefined` at the end. */
  readonly show: (masked: Uint8Array | undefined) => void;
  readonly note: (line: string) => void;
}

/**
 * Takes a server's stderr chunk by chunk (`undefined` at its end), and records and shows it masked. One stream for all of it,
 * since a secret may lie across chunks; another one where the rules have changed, as soon as nothing is held back.
 */
export function drainStderr({
  masker,
  record,
  show,
  note,
}: StderrDeps): (chunk: Uint8Array | undefined) => void {
  let rules = masker.current();
  let stream = rules.stream();
  let reported = 0;
  let told = 0;
  // Offset in the whole stream at which the next payload begins.
  let base = 0;
  let failed = false;
  return (chunk) => {
    if (masker.current() !== rules && stream.held === 0) {
      rules = masker.current();
      stream = rules.stream();
      [reported, told, base] = [0, 0, 0];
    }
    const bytes = chunk === undefined ? stream.flush() : stream.push(chunk);
    const fresh = stream.edits.slice(reported);
    reported = stream.edits.length;
    const { findings, grown } = inPayload(fresh, base);
    const excepted = exceptedIn(stream.passed.slice(told), fresh, base);
    told = stream.passed.length;
    base += bytes.length - grown;
    if (failed) return;
    try {
      if (bytes.length > 0) {
        record({ kind: 'stderr', findings, ...(excepted.length > 0 && { excepted }) }, bytes);
        show(bytes);
      }
      if (chunk === undefined) show(undefined);
    } catch {
      // Not recorded, so not shown either; the messages that follow fail for the same reason and say so.
      failed = true;
      note("the server's stderr can no longer be recorded and is no longer shown");
    }
  };
}

// Where the edits of a stream are in the masked payload that begins at `base`, and by how much they made it longer.
function inPayload(edits: readonly Edit[], base: number): { findings: FindingRecord[]; grown: number } {
  let grown = 0;
  const findings = edits.map(({ rule, start, end, replacement, placeholder, why }) => {
    const at = start - base + grown;
    grown += replacement.length - (end - start);
    return { rule, at: `${at}-${at + replacement.length}`, placeholder, why };
  });
  return { findings, grown };
}

function exceptedIn(passed: readonly Passed[], edits: readonly Edit[], base: number): ExceptedRecord[] {
  return passed.map(({ rule, placeholder, start, end }) => {
    const before = edits.filter((edit) => edit.end <= start);
    const grown = before.reduce((sum, edit) => sum + edit.replacement.length - (edit.end - edit.start), 0);
    return { rule, at: `${start - base + grown}-${end - base + grown}`, placeholder };
  });
}
