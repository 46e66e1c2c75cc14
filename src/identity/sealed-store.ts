/**
 * Named values, encrypted and authenticated at rest; what was read is what was once written. Between processes `update`
 * is atomic, and `lock` holds a lock of that name until it is released or its process ends.
 */
export interface SealedStore {
  /** Undefined if there is none. Throws ERR_CREDENTIALS_DAMAGED. */
  read(name: string): unknown;
  write(name: string, value: unknown): void;
  remove(name: string): void;
  /** Replaces the value by what `change` makes of it; undefined removes it. */
  update(name: string, change: (value: unknown) => unknown): void;
  lock(name: string): Promise<{ release(): void }>;
}
