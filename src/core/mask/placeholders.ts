import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

import { LIMITS } from '../limits.ts';
import type { Encoding } from './finding.ts';
import { CHECK_CHARS, encode, placeholderRun, tagRun } from './placeholder-text.ts';

/** What a placeholder stands for. */
export interface Restorable {
  readonly value: Uint8Array;
  /** It stood in base64url. */
  readonly isUrl: boolean;
}

const PREFIX = 'hpm_';
const TAG_CHARS = 10;
/** A tag grows by one character per collision; this many is past any that can happen. */
const LONGEST_TAG = TAG_CHARS + 16;
const SHAPE = /^hpm_[a-z0-9_]+_[a-z2-7]+$/;

/**
 * Issues what stands in for secrets: `hpm_<rule>_<tag>`, `[a-z0-9_]` only.
 *
 * The tag is an HMAC of the value under the workspace key, so the same secret has the same placeholder wherever it shows
 * up, followed by six characters that authenticate the rest. With them a placeholder of this workspace is told from text
 * that merely looks like one, in any process and without a list of what was issued.
 */
export class Placeholders {
  // As an object: given as bytes it costs more each time than all else that is done with it.
  readonly #key: KeyObject;
  readonly #tagChars: number;
  /** Full digest of a value to the placeholder it got. */
  readonly #byValue = new Map<string, string>();
  /** Placeholder to what it stands for. In memory only. */
  readonly #values = new Map<string, Restorable>();
  #valueBytes = 0;
  /** Value tag to the full digest that owns it, to see collisions. */
  readonly #owners = new Map<string, string>();

  /** `key` is the workspace key, 32 bytes. `tagChars` is for tests that need collisions. */
  constructor(key: Uint8Array, tagChars: number = TAG_CHARS) {
    if (key.length !== 32) throw new RangeError('a workspace key has 32 bytes');
    this.#key = createSecretKey(key);
    this.#tagChars = tagChars;
  }

  /**
   * The placeholder for `value`. `rule` names it the first time; after that the value keeps the name it has. In base64url,
   * which a masked token can't be told to be, a value has another one than elsewhere.
   */
  issue(rule: string, value: Uint8Array, encoding: Encoding = 'plain'): string {
    const isUrl = encoding === 'base64url';
    const digest = this.#hmac(isUrl ? 'base64url value' : 'value', value);
    const id = digest.toString('latin1');
    const known = this.#byValue.get(id);
    if (known !== undefined) return known;
    const stem = `${PREFIX}${rule}_${this.#claimTag(encode(digest), id)}`;
    const placeholder = stem + this.#check(stem);
    this.#byValue.set(id, placeholder);
    this.#keep(placeholder, { value: Uint8Array.from(value), isUrl });
    return placeholder;
  }

  /** What a placeholder stands for, if it was issued in this process. For restoring: nothing else may call it. */
  restorable(placeholder: string): Restorable | undefined {
    return this.#values.get(placeholder);
  }

  /** True only for a placeholder that was issued under this key. */
  isIssued(text: string): boolean {
    if (text.length < PREFIX.length + CHECK_CHARS + 3 || !SHAPE.test(text)) return false;
    const stem = text.slice(0, -CHECK_CHARS);
    return timingSafeEqual(Buffer.from(this.#check(stem)), Buffer.from(text.slice(-CHECK_CHARS)));
  }

  /**
   * The issued placeholder that begins at `at`, as its end, or -1. Text may follow it directly, even letters that could
   * belong to the tag.
   */
  issuedEnd(bytes: Uint8Array, at: number, end: number): number {
    const run = placeholderRun(bytes, at, end);
    for (let i = run.lastIndexOf('_'); i > PREFIX.length; i = run.lastIndexOf('_', i - 1)) {
      const tagChars = tagRun(run, i + 1);
      const shortest = this.#tagChars + CHECK_CHARS;
      for (let n = shortest; n <= Math.min(tagChars, shortest + 2); n++) {
        if (this.isIssued(run.slice(0, i + 1 + n))) return at + i + 1 + n;
      }
      if (tagChars > shortest + 2 && this.isIssued(run.slice(0, i + 1 + tagChars)))
        return at + i + 1 + tagChars;
    }
    return -1;
  }

  #keep(placeholder: string, restorable: Restorable): void {
    this.#values.set(placeholder, restorable);
    this.#valueBytes += restorable.value.length;
    for (const [oldest, { value }] of this.#values) {
      if (this.#valueBytes <= LIMITS.restorableBytes) return;
      this.#values.delete(oldest);
      this.#valueBytes -= value.length;
    }
  }

  // Two values that share a tag get a longer one each time, until it is theirs alone.
  #claimTag(encoded: string, id: string): string {
    for (let n = this.#tagChars; n <= LONGEST_TAG; n++) {
      const tag = encoded.slice(0, n);
      const owner = this.#owners.get(tag);
      if (owner === undefined || owner === id) {
        this.#owners.set(tag, id);
        return tag;
      }
    }
    return encoded;
  }

  #check(stem: string): string {
    return encode(this.#hmac('check', Buffer.from(stem))).slice(0, CHECK_CHARS);
  }

  #hmac(use: 'value' | 'base64url value' | 'check', data: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(`hallpass placeholder ${use}\0`).update(data).digest();
  }
}
