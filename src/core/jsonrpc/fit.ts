/** Whether a value fits a schema; undefined where that can't be told. */
export type Fit = boolean | undefined;

/** An object as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What holds when all have to; the first that does not decides. */
export function all<T>(items: Iterable<T>, judge: (item: T) => Fit): Fit {
  let fit: Fit = true;
  for (const item of items) {
    const one = judge(item);
    if (one === false) return false;
    if (one === undefined) fit = undefined;
  }
  return fit;
}

/** What holds when one has to. */
export function any<T>(items: Iterable<T>, judge: (item: T) => Fit): Fit {
  return not(all(items, (item) => not(judge(item))));
}

export function not(fit: Fit): Fit {
  return fit === undefined ? undefined : !fit;
}

/** Whether two values of JSON are equal (JSON Schema Core, section 4.2.2): the order of keys is nobody's concern. `onStep` counts the work. */
export function isSame(a: unknown, b: unknown, onStep: () => void = () => undefined): boolean {
  onStep();
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => isSame(item, b[i], onStep));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], onStep))
  );
}
