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
  /** The shapes of tokens by what those begin with. */
  readonly shapes: ReadonlyMap<string, readonly string[]>;
  readonly longest: number;
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
  forms = { shapes, longest: Math.max(...[...shapes.keys()].map(({ length }) => length)) };
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
  const { shapes, longest } = knownForms();
  for (let end = Math.min(value.length, longest); end >= SHORTEST_BEGINNING; end--) {
    const known = shapes.get(value.slice(0, end));
    if (known !== undefined)
      return /^[\w.=-]*$/.test(value) && known.every((shape) => value.length < shortestOf(shape));
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
