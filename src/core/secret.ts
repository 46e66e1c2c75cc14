const REDACTED = '[secret]';

/**
 * A value that must not be printed. Every way JavaScript has of turning an object into text gives `[secret]`; only
 * `reveal()` gives the value, and only identity, upstream, minters and platform may call it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
