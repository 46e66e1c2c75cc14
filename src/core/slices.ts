/** Work in pieces: wherever it yields, others may go on before the next piece. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** How much of a large message is looked at in one go, and what lets others go on in between. */
export interface Pace {
  readonly bytes: number;
  /** Resolves when the event loop has turned. */
  readonly pause: () => Promise<void>;
}

/** Does the work in one go. */
export function runWhole<T>(work: Slices<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Does the work piece by piece. */
export async function runInSlices<T>(work: Slices<T>, pause: () => Promise<void>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    await pause();
    step = work.next();
  }
  return step.value;
}
