import type { Handle } from '../jsonrpc/handles.ts';
import type { MessageType } from '../jsonrpc/positions.ts';
import type { Tape } from '../jsonrpc/tape.ts';
import type { Masker } from './masker.ts';

/** A finding in a JSON message: where by JSON pointer (RFC 6901), never the value. */
export interface JsonFinding {
  readonly rule: string;
  readonly at: string;
  readonly placeholder: string;
  readonly why: string;
}

/** What a rule found and an exception let pass: where, never the value. */
export type JsonPassed = Omit<JsonFinding, 'why'>;

/**
 * A whole string that masking changed, before and after, for what must stay equal to it (headers) or become so again.
 * Memory only.
 */
export interface MaskedLeaf {
  readonly before: string;
  readonly after: string;
  /** What it is, where it stands in the place of something that a client hands back. */
  readonly handle: Handle | undefined;
}

export interface MaskedJson {
  /** The message as others may see it; `raw` itself when nothing was found. */
  readonly bytes: Uint8Array;
  readonly findings: readonly JsonFinding[];
  /** Of those that fit into a header; keys only where they are handles. */
  readonly leaves: readonly MaskedLeaf[];
  /** Secrets where nothing may be changed: the message must not be delivered. */
  readonly blocked: readonly JsonFinding[];
  /** What looks like a secret where nothing may be changed: it stays in clear, and is counted. No placeholder. */
  readonly exposed: readonly JsonFinding[];
  /** What a rule found and an exception let pass. */
  readonly passed: readonly JsonPassed[];
  /** Tools taken out of a list because their definition held a secret. */
  readonly hiddenTools: number;
  /** Some content was neither text nor decodable, so only known values were looked for in it. */
  readonly unchecked: boolean;
}

/** What a message's type is, by its index in a batch (0 for a message alone). */
export type TypeOf = (index: number) => MessageType;

export interface MaskInput {
  readonly masker: Masker;
  readonly typeOf: TypeOf;
  readonly batch: boolean;
  /** What the walk told that read the envelope. Without it there is another walk. */
  readonly tape?: Tape | undefined;
}
