import { assertNoCanary, type Exemption, type Searched, type WhatLeft } from './assert-no-canary.ts';
import { type Canary, planted } from './canaries.ts';

/** Where hallpass may have left something. */
export type Places = Pick<WhatLeft, 'streams' | 'directories'>;

/** What a command is there for is no leak. */
const MEANT: readonly Exemption[] = [
  { canary: /^minted token/, where: /^stdout of \d+: hallpass mint /, because: '`mint` prints a token' },
  {
    canary: 'local token',
    where: /^stdout of \d+: hallpass connect /,
    because: 'the client is configured with what `connect` prints',
  },
];

/** What will be searched for planted secrets when a sandbox ends. */
export class LeakSearch {
  readonly #own: readonly Canary[];
  readonly #places: (() => Places)[] = [];
  readonly #exempt: Exemption[] = [];

  /** Searches for `own` besides all that was planted in the test file. */
  constructor(own: readonly Canary[]) {
    this.#own = own;
  }

  /** Asked for places when the search is made. */
  watch(places: () => Places): void {
    this.#places.push(places);
  }

  /** Lets a canary be in one place. It is an error when it is not there in the end. */
  exempt(exemption: Exemption): void {
    this.#exempt.push(exemption);
  }

  /** Throws when a planted secret is anywhere it should not be, and when there was no place to search. */
  run(): Searched {
    const places = this.#places.map((place) => place());
    const streams = numbered(places.map((place) => place.streams ?? {}));
    if (Object.keys(streams).length === 0) throw new Error('nothing was searched: no command was run');
    const directories = places.flatMap((place) => place.directories ?? []);
    const canaries = [...this.#own, ...planted()];
    const searched = assertNoCanary({ canaries, streams, directories, exempt: [...MEANT, ...this.#exempt] });
    const idle = this.#exempt.filter((exemption) => !searched.exempted.has(exemption));
    if (idle.length > 0) {
      const what = idle.map(({ canary, where }) => `${String(canary)} in ${String(where)}`).join(', ');
      throw new Error(`nothing was there to be exempt: ${what}`);
    }
    return searched;
  }
}

// Two servers got something each.
function numbered(all: readonly NonNullable<Places['streams']>[]): NonNullable<Places['streams']> {
  const entries = all.flatMap((streams, i) =>
    Object.entries(streams).map(([name, bytes]) => [i === 0 ? name : `${name}, ${i}`, bytes] as const),
  );
  return Object.fromEntries(entries);
}
