import type { Masker } from '../core/mask/masker.ts';
import type { RecordBody } from '../core/session/event.ts';

interface StderrDeps {
  readonly masker: Masker;
  readonly record: (body: RecordBody, payload?: Uint8Array) => void;
  /** Takes what may be seen, and `undefined` at the end. */
  readonly show: (masked: Uint8Array | undefined) => void;
  readonly note: (line: string) => void;
}

/**
 * Takes a server's stderr chunk by chunk (`undefined` at its end), and records and shows it masked. One stream for the
 * whole session, since a secret may lie across chunks.
 */
export function drainStderr({
  masker,
  record,
  show,
  note,
}: StderrDeps): (chunk: Uint8Array | undefined) => void {
  const stream = masker.stream();
  let reported = 0;
  let failed = false;
  return (chunk) => {
    const bytes = chunk === undefined ? stream.flush() : stream.push(chunk);
    const fresh = stream.edits.slice(reported);
    reported = stream.edits.length;
    if (failed) return;
    const findings = fresh.map(({ rule, start, end, placeholder, why }) => ({
      rule,
      at: `${start}-${end}`,
      placeholder,
      why,
    }));
    try {
      if (bytes.length > 0) {
        record({ kind: 'stderr', findings }, bytes);
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
