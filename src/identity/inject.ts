import type { Secret } from '../core/secret.ts';

export interface Takers {
  /** From now on the value is masked wherever it turns up. */
  readonly makeKnown: (value: string) => void;
  /** Puts it into a file; returns the path. Undefined: it goes into the variable itself. */
  readonly write: ((value: string) => string) | undefined;
}

/** Hands a credential to a command, known before anybody has it. Returns the value of the command's variable. */
export function inject(credential: Secret, { makeKnown, write }: Takers): string {
  const value = credential.reveal();
  makeKnown(value);
  return write === undefined ? value : write(value);
}
