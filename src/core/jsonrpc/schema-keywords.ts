import { all, any, isObject, isSame, not, type Fit, type JsonObject } from './fit.ts';
import { fitsFormat, isMasked } from './masked-format.ts';
import { matchesTame } from './tame-pattern.ts';

/** What keywords need of whoever judges. */
export interface Judging {
  judge(schema: unknown, value: unknown): Fit;
  /** Counts the work; throws when there is too much of it. */
  spend(steps: number): void;
  /** What a reference leads to in the schema itself (`#/$defs/x`); undefined for any other. */
  resolve(reference: unknown): unknown;
}

interface Asked {
  /** The keyword's own value. */
  readonly argument: unknown;
  readonly value: unknown;
  /** The schema it stands in. */
  readonly schema: JsonObject;
  readonly by: Judging;
}

type Keyword = (asked: Asked) => Fit;

/** A match takes about as long as so many other steps. */
const MATCH_STEPS = 500;

/** Keywords that masking can make a difference to. All others, and those that are no schema's at all, always fit. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['type', ({ argument, value }) => any(listOf(argument), (type) => isOfType(value, type))],
  ['const', ({ argument, value, by }) => isEqual(argument, value, by)],
  ['enum', ({ argument, value, by }) => any(listOf(argument), (item) => isEqual(item, value, by))],
  ['minLength', ({ argument, value, by }) => onText(value, by, (length) => length >= Number(argument))],
  ['maxLength', ({ argument, value, by }) => onText(value, by, (length) => length <= Number(argument))],
  ['pattern', ({ argument, value, by }) => typeof value !== 'string' || matches(argument, value, by)],
  ['format', ({ argument, value }) => typeof value !== 'string' || fitsFormat(argument, value)],
  ['required', ({ argument, value, by }) => !isObject(value) || hasAll(value, argument, by)],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['propertyNames', ({ argument, value, by }) => all(keysOf(value), (key) => by.judge(argument, key))],
  ['dependentRequired', dependencies],
  ['dependentSchemas', dependencies],
  ['dependencies', dependencies],
  ['prefixItems', ({ argument, value, by }) => eachItem(value, by, (i) => listOf(argument)[i])],
  ['items', items],
  ['additionalItems', additionalItems],
  ['contains', ({ argument, value, by }) => !Array.isArray(value) || containsFit(argument, value, by)],
  ['allOf', ({ argument, value, by }) => all(listOf(argument), (schema) => by.judge(schema, value))],
  ['anyOf', ({ argument, value, by }) => any(listOf(argument), (schema) => by.judge(schema, value))],
  ['oneOf', oneOf],
  ['not', ({ argument, value, by }) => not(by.judge(argument, value))],
  ['if', conditional],
  ['$ref', ({ argument, value, by }) => by.judge(by.resolve(argument), value)],
  ['$dynamicRef', () => undefined],
  ['$recursiveRef', () => undefined],
]);

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function has(value: JsonObject, key: unknown): boolean {
  return typeof key !== 'string' || Object.hasOwn(value, key);
}

function hasAll(value: JsonObject, keys: unknown, by: Judging): boolean {
  return listOf(keys).every((key) => {
    by.spend(1);
    return has(value, key);
  });
}

function isOfType(value: unknown, type: unknown): Fit {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function isEqual(a: unknown, b: unknown, by: Judging): boolean {
  return isSame(a, b, () => by.spend(1));
}

function onText(value: unknown, by: Judging, fits: (length: number) => boolean): Fit {
  if (typeof value !== 'string') return true;
  by.spend(value.length / 8);
  // Characters are counted, not units of UTF-16 (JSON Schema Validation, section 6.3).
  const pairs = value.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  return fits(value.length - pairs);
}

// Of a pattern that is not tried out it is assumed that no placeholder fits.
function matches(pattern: unknown, text: string, by: Judging): Fit {
  by.spend(MATCH_STEPS);
  return matchesTame(pattern, text) ?? (isMasked(text) ? false : undefined);
}

function properties({ argument, value, by }: Asked): Fit {
  if (!isObject(argument)) return undefined;
  by.spend(keysOf(value).length);
  return all(keysOf(value), (key) =>
    Object.hasOwn(argument, key) ? by.judge(argument[key], (value as JsonObject)[key]) : true,
  );
}

function patternProperties({ argument, value, by }: Asked): Fit {
  return all(keysOf(argument), (pattern) =>
    all(keysOf(value), (key) => {
      const isMeant = matches(pattern, key, by);
      if (isMeant === false) return true;
      const fit = by.judge((argument as JsonObject)[pattern], (value as JsonObject)[key]);
      return isMeant === undefined && fit === false ? undefined : fit;
    }),
  );
}

function additionalProperties({ argument, value, schema, by }: Asked): Fit {
  const { properties: named, patternProperties: patterns } = schema;
  by.spend(keysOf(value).length);
  const others = keysOf(value).filter((key) => !isObject(named) || !Object.hasOwn(named, key));
  return all(others, (key) => {
    const isMeant = any(keysOf(patterns), (pattern) => matches(pattern, key, by));
    if (isMeant === true) return true;
    const fit = by.judge(argument, (value as JsonObject)[key]);
    return isMeant === undefined && fit === false ? undefined : fit;
  });
}

// A list of keys, or in draft-07 also a schema.
function dependencies({ argument, value, by }: Asked): Fit {
  if (!isObject(value)) return true;
  const there = keysOf(argument).filter((key) => Object.hasOwn(value, key));
  return all(there, (key) => {
    const wanted = (argument as JsonObject)[key];
    return Array.isArray(wanted) ? hasAll(value, wanted, by) : by.judge(wanted, value);
  });
}

function eachItem(value: unknown, by: Judging, schemaAt: (index: number) => unknown): Fit {
  if (!Array.isArray(value)) return true;
  return all(value.keys(), (i) => {
    by.spend(1);
    const schema = schemaAt(i);
    return schema === undefined ? true : by.judge(schema, value[i]);
  });
}

// A list in draft-07 is what is called prefixItems since.
function items({ argument, value, schema, by }: Asked): Fit {
  const before = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].length : 0;
  return eachItem(value, by, (i) => {
    if (Array.isArray(argument)) return argument[i];
    return i < before ? undefined : argument;
  });
}

function additionalItems({ argument, value, schema, by }: Asked): Fit {
  const { items: first } = schema;
  return Array.isArray(first) ? eachItem(value, by, (i) => (i < first.length ? undefined : argument)) : true;
}

// How many there have to be is not counted.
function containsFit(schema: unknown, value: readonly unknown[], by: Judging): Fit {
  const fit = any(value, (item) => by.judge(schema, item));
  return fit === false ? undefined : fit;
}

function oneOf({ argument, value, by }: Asked): Fit {
  const fits = listOf(argument).map((schema) => by.judge(schema, value));
  if (fits.filter((fit) => fit === true).length > 1) return false;
  return fits.includes(undefined) ? undefined : fits.includes(true);
}

function conditional({ argument, value, schema, by }: Asked): Fit {
  const holds = by.judge(argument, value);
  const { then: yes = true, else: no = true } = schema;
  if (holds !== undefined) return by.judge(holds ? yes : no, value);
  const [either, other] = [by.judge(yes, value), by.judge(no, value)];
  return either === other ? either : undefined;
}
