import { VENDOR_RULES } from './rules/vendors.ts';
import { splitName } from './names.ts';
import { CREDENTIAL_WORDS } from './service-words.ts';

/** What services put into the prefixes of their keys, whichever service it is. */
const OF_KEYS: ReadonlySet<string> = new Set([
  'sk',
  'rk',
  'ak',
  'api',
  'live',
  'test',
  'prod',
  'sat',
  'svc',
  'sdk',
  'console',
]);
/** Fewer characters may begin anything. */
const SHORTEST_BEGINNING = 4;

/** True for a word of a prefix that says no more than that a key follows. */
export function isOfKey(word: string): boolean {
  return OF_KEYS.has(word) || CREDENTIAL_WORDS.has(word);
}

interface Forms {
  /** How long tokens are at least, by what they begin with. */
  readonly lengths: ReadonlyMap<string, number>;
  /** How long what they begin with is. */
  readonly ends: readonly number[];
  /** The first characters of all of them, which nearly every other value lacks. */
  readonly heads: ReadonlySet<string>;
}

/** Made when it is first asked for, which most texts don't do. */
let forms: Forms | undefined;

function knownForms(): Forms {
  if (forms !== undefined) return forms;
  const shapes = Map.groupBy(
    VENDOR_RULES.filter(({ near }) => near === undefined)
      .flatMap((rule) => rule.shapes)
      .filter((shape) => !splitName(beginningOf(shape)).every(isOfKey)),
    beginningOf,
  );
  const beginnings = [...shapes.keys()].filter(({ length }) => length >= SHORTEST_BEGINNING);
  forms = {
    lengths: new Map(
      beginnings.map((begun) => [begun, Math.min(...(shapes.get(begun) ?? []).map(shortestOf))]),
    ),
    ends: [...new Set(beginnings.map(({ length }) => length))].toSorted((one, other) => other - one),
    heads: new Set(beginnings.map((begun) => begun.slice(0, SHORTEST_BEGINNING))),
  };
  return forms;
}

function beginningOf(shape: string): string {
  const end = shape.indexOf('<');
  return end === -1 ? shape : shape.slice(0, end);
}

/**
 * True for a value that begins like the tokens of a vendor and is shorter than any of them: a part of one, or made up. One that is
 * long enough, and no match for its rule, may be of a format that the rule doesn't know yet.
 */
export function isBrokenForm(value: string): boolean {
  const { lengths, ends, heads } = knownForms();
  if (!heads.has(value.slice(0, SHORTEST_BEGINNING))) return false;
  for (const end of ends) {
    if (end > value.length) continue;
    const least = lengths.get(value.slice(0, end));
    if (least !== undefined) return value.length < least && /^[\w.=-]*$/.test(value);
  }
  return false;
}

const RUN = /<(?:uuid|\w+:(?<least>\d+)[\d+-]*)>/g;
const UUID_CHARS = 36;

// In characters.
function shortestOf(shape: string): number {
  const runs = [...shape.matchAll(RUN)].map(({ groups }) => Number(groups?.['least'] ?? UUID_CHARS));
  return runs.reduce((sum, least) => sum + least, shape.replaceAll(RUN, '').length);
}
