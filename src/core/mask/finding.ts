/** What kind of evidence made something a secret. */
export type FindingKind = 'known' | 'vendor' | 'structure' | 'context' | 'field';

/** One detected secret: where and why, never the value. */
export interface Finding {
  /** Rule id, `[a-z0-9_]+`. */
  readonly rule: string;
  readonly kind: FindingKind;
  /** Byte offset into the text. */
  readonly start: number;
  /** Byte offset into the text, exclusive. */
  readonly end: number;
  /** A sentence for a person, never the value. */
  readonly why: string;
}

/**
 * One replacement. The edits of a text never overlap and are sorted. `replacement` is ASCII of `[A-Za-z0-9_+/=-]` only,
 * so it needs no escaping in JSON, URLs and shells.
 */
export interface Edit extends Finding {
  /** What to write in place of `start..end`: the placeholder itself, or its base64 or hex inside an encoded token. */
  readonly replacement: string;
  readonly placeholder: string;
}

/** What is known about a text from the place it stands in. */
export interface TextContext {
  /** Decoded name of the field, key, column or header that holds the whole text. */
  readonly field?: string;
  /** File path, when known. */
  readonly file?: string;
}

/** Text that stays as it is hidden: how the replacement is spelled where the secret stood encoded. */
export type Encoding = 'plain' | 'base64' | 'base64url' | 'hex' | 'HEX';
