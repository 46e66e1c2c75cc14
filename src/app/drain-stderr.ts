import type { Edit } from '../core/mask/finding.ts';
import type { Masker } from '../core/mask/masker.ts';
import { type LivePart, LiveText } from '../core/run/live-text.ts';
import type { ExceptedRecord, FindingRecord, RecordBody } from '../core/session/event.ts';

interface StderrDeps {
  readonly masker: Masker;
  readonly record: (body: RecordBody, payload?: Uint8Array) => void;
  /** Takes what may be seen, and `undefined` at the end. */
  readonly show: (masked: Uint8Array | undefined) => void;
  readonly note: (line: string) => void;
}

/**
 * Takes a server's stderr chunk by chunk (`undefined` at its end), and records and shows it masked. One text for all of it,
 * since a secret may lie across chunks; rules that change count for what has not been shown.
 */
export function drainStderr({
  masker,
  record,
  show,
  note,
}: StderrDeps): (chunk: Uint8Array | undefined) => void {
  const text = new LiveText(masker);
  let failed = false;
  return (chunk) => {
    const part = text.push(chunk);
    if (failed) return;
    try {
      if (part.bytes.length > 0) {
        record(bodyOf(part), part.bytes);
        show(part.bytes);
      }
      if (chunk === undefined) show(undefined);
    } catch {
      // Not recorded, so not shown either; the messages that follow fail for the same reason and say so.
      failed = true;
      note("the server's stderr can no longer be recorded and is no longer shown");
    }
  };
}

function bodyOf({ edits, passed }: LivePart): RecordBody {
  const excepted = passed.map(({ rule, placeholder, start, end }): ExceptedRecord => {
    const grown = grownBy(edits.filter((edit) => edit.end <= start));
    return { rule, at: `${start + grown}-${end + grown}`, placeholder };
  });
  return { kind: 'stderr', findings: findingsOf(edits), ...(excepted.length > 0 && { excepted }) };
}

// Where they are in the masked payload.
function findingsOf(edits: readonly Edit[]): FindingRecord[] {
  let grown = 0;
  return edits.map((edit) => {
    const at = edit.start + grown;
    grown += grownBy([edit]);
    const { rule, placeholder, why } = edit;
    return { rule, at: `${at}-${at + edit.replacement.length}`, placeholder, why };
  });
}

// By how much they made it longer.
function grownBy(edits: readonly Edit[]): number {
  return edits.reduce((sum, { replacement, start, end }) => sum + replacement.length - (end - start), 0);
}
