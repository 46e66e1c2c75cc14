/** How large a value is, as far as evaluating an expression over it goes. */
export interface Size {
  /** Elements of the longest list or map. */
  readonly elements: number;
  /** Characters of the longest string. */
  readonly characters: number;
}

/** Measures a value of JSON as a policy reads it. Attacker-controlled, but no larger than a message. */
export function sizeOf(value: unknown): Size {
  let elements = 0;
  let characters = 0;
  const waiting = [value];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') characters = Math.max(characters, next.length);
    const parts = partsOf(next);
    elements = Math.max(elements, parts.length);
    for (const part of parts) waiting.push(part);
  }
  return { elements, characters };
}

function partsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value.values()] : [];
}

/** So many characters of a string cost a linear function over it as much as one step. */
const CHARACTERS_PER_STEP = 64;

/** An upper bound of the steps that an expression takes over values of a size. */
export function stepsOf(
  { nodes, depth }: { nodes: number; depth: number },
  { elements, characters }: Size,
): number {
  return nodes * Math.max(1, elements) ** depth * (1 + characters / CHARACTERS_PER_STEP);
}
