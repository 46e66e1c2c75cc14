import { LIMITS } from '../limits.ts';
import { all, isObject, type Fit } from './fit.ts';
import { KEYWORDS, type Judging } from './schema-keywords.ts';

/** Judging took more steps, or went deeper, than it may. */
class TooMuch extends Error {}

/**
 * Whether a value that masking has touched still fits a JSON Schema (2020-12, and what is spelled otherwise in draft-07).
 * It did fit before, or else its sender is to blame; so what masking can't have changed is taken for granted. The schema
 * is a peer's: nothing of it is compiled or looked up elsewhere, and the steps are counted. What takes too many doesn't fit.
 */
export function fitsSchema(schema: unknown, value: unknown): boolean {
  try {
    return new Judge(schema).judge(schema, value) !== false;
  } catch (error) {
    if (error instanceof TooMuch) return false;
    throw error;
  }
}

class Judge implements Judging {
  readonly #root: unknown;
  #steps: number = LIMITS.schemaSteps;
  #depth = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  judge(schema: unknown, value: unknown): Fit {
    if (typeof schema === 'boolean') return schema;
    if (!isObject(schema)) return undefined;
    if (this.#depth >= LIMITS.jsonDepth) throw new TooMuch();
    this.#depth += 1;
    const fit = all(Object.keys(schema), (word) => {
      this.spend(1);
      const keyword = KEYWORDS.get(word);
      return keyword === undefined ? true : keyword({ argument: schema[word], value, schema, by: this });
    });
    this.#depth -= 1;
    return fit;
  }

  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new TooMuch();
  }

  resolve(reference: unknown): unknown {
    if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) return undefined;
    const keys = reference.split('/').slice(1);
    this.spend(keys.length);
    return keys.reduce((at: unknown, key) => below(at, unescape(key)), this.#root);
  }
}

function below(at: unknown, key: string): unknown {
  return (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key)
    ? (at as Record<string, unknown>)[key]
    : undefined;
}

// RFC 6901, section 6: percent-encoded as in any fragment, then `~1` before `~0`.
function unescape(key: string): string {
  const text = decodeFragment(key);
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, so no key of JSON.
    return text;
  }
}
