import type { ByteClass } from './bytes.ts';
import type { Encoding, Finding } from './finding.ts';

/** A finding on its way to an edit, with what is needed to spell its replacement. */
export interface Candidate extends Finding {
  /** How the secret stands in `start..end`; `plain` when absent. */
  readonly spelling?: Spelling;
  /** The secret itself where it is known; else it is what stands in `start..end`. Never leaves this folder. */
  readonly value?: Uint8Array;
  /** A known value as a whole: whatever is found around it, it keeps its own span and its own placeholder. */
  readonly exact?: true;
  /** Hidden together with what it overlaps, it ends here: the line that its last part stands on goes with it. */
  readonly upTo?: number;
  /** Joined from several: the known values in it. */
  readonly apart?: readonly Candidate[];
  /** Joined from several: what else of a form that tells was found there. It counts where the whole is let pass. */
  readonly under?: Under | undefined;
  /** Cut off at the size limit: what follows belongs to it as long as it is of these bytes. */
  readonly goesOn?: ByteClass;
  /** It is one by its form alone, from end to end: with a placeholder in it that form is not its own, and it is none. */
  readonly ofOnePiece?: true;
  /** How sure it is, 0 to 1; sure when absent. A profile takes what reaches its threshold. */
  readonly confidence?: number;
}

/** A tree, since a candidate may be joined from very many. */
export interface Under {
  readonly found: readonly Candidate[];
  readonly more: readonly (Under | undefined)[];
}

export type Spelling =
  /** A known value inside base64: `start..end` are the whole quanta that hold it. */
  | { readonly as: 'quanta'; readonly encoding: Encoding; readonly escaped: boolean; readonly lead: number }
  /** A known value in hex. */
  | { readonly as: 'hex'; readonly encoding: Encoding }
  /** A whole base64 or hex token and what was found in the text it decodes to. */
  | {
      readonly as: 'token';
      readonly encoding: Encoding;
      readonly decoded: Uint8Array;
      readonly inner: readonly Candidate[];
    };
