import type { DefinitionRules, SeenDefinition } from './definition.ts';
import type { Notice } from './notices.ts';
import type { Pinning } from './pinning.ts';
import { keyOf, type SeenPage } from './pins.ts';

/** What is wrong with a definition by itself. */
interface Flaw {
  readonly key: string;
  readonly notice: Notice;
}

interface FlawsParts {
  readonly rules: DefinitionRules;
  readonly pinning: Pinning;
}

/** Finds what is wrong with definitions by themselves, and keeps what hides them for good: no acceptance brings those back. */
export class Flaws {
  readonly #parts: FlawsParts;
  /** Of this session: why a definition is hidden. */
  readonly #hidden = new Map<string, string>();

  constructor(parts: FlawsParts) {
    this.#parts = parts;
  }

  get hidesAny(): boolean {
    return this.#hidden.size > 0;
  }

  /** Why a definition is hidden; undefined: it is not. */
  hiding(key: string): string | undefined {
    return this.#hidden.get(key);
  }

  /** Those of a page. */
  find({ what, seen }: SeenPage): Flaw[] {
    const pins = this.#parts.pinning.pinsOf(what).toReversed();
    const looks = new Map(pins.map(([key, { skeleton, name }]) => [skeleton, { key, name }]));
    return seen.flatMap((one) => this.#of(one, looks));
  }

  #of(one: SeenDefinition, looks: Map<string, Look>): Flaw[] {
    const { rules } = this.#parts;
    const key = keyOf(one);
    this.#hidden.delete(key);
    const { what, name, hidden } = one;
    const about = { what, name, count: undefined, fields: [], isNew: one.fields !== undefined };
    if (hidden !== undefined) {
      this.#hidden.set(key, hidden);
      return [{ key, notice: { ...about, change: 'hidden', action: 'hide', reason: hidden } }];
    }
    const suspicion = one.suspicion ?? likeAnother(one, looks);
    if (suspicion === undefined || rules.suspicious === 'ignore' || this.#isAccepted(key, one)) return [];
    if (rules.suspicious === 'hide') this.#hidden.set(key, suspicion);
    return [{ key, notice: { ...about, change: 'suspicious', action: rules.suspicious, reason: suspicion } }];
  }

  // A person has looked at it.
  #isAccepted(key: string, { what, digest }: SeenDefinition): boolean {
    const pin = this.#parts.pinning.pinOf(what, key);
    return pin?.accepted !== undefined && pin.digest === digest;
  }
}

/** What a name looks like, and whose that was first. */
interface Look {
  readonly key: string;
  readonly name: string;
}

function likeAnother(one: SeenDefinition, looks: Map<string, Look>): string | undefined {
  if (one.what !== 'tool' && one.what !== 'prompt') return undefined;
  const key = keyOf(one);
  const other = looks.get(one.skeleton);
  if (other === undefined) looks.set(one.skeleton, { key, name: one.name });
  return other === undefined || other.key === key ? undefined : `it looks like another, “${other.name}”`;
}
