/** A seeded source of choices: the same seed spells the same text. */
export type Choose = (below: number) => number;

/** mulberry32. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/**
 * JSON text of `value` as any serialiser might write it: whitespace anywhere, every character escaped in any way. In keys
 * `spellKey` may do less.
 */
export function spellJson(value: unknown, choose: Choose, spellKey = spellString): string {
  const space = (): string => ['', '', '', ' ', '\n', '\r\n', '\t  '][choose(7)] ?? '';
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => `${space()}${spellJson(item, choose, spellKey)}${space()}`);
    return `[${items.join(',') || space()}]`;
  }
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(
      ([key, item]) =>
        `${space()}${spellKey(key, choose)}${space()}:${space()}${spellJson(item, choose, spellKey)}${space()}`,
    );
    return `{${members.join(',') || space()}}`;
  }
  return typeof value === 'string' ? spellString(value, choose) : JSON.stringify(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** JSON text of a key as it is written for MCP: as it is, or with the slashes escaped, as PHP does. */
export function spellPlainKey(key: string, choose: Choose): string {
  return JSON.stringify(key).replaceAll('/', () => (choose(2) === 0 ? '/' : '\\/'));
}

/** JSON text of a string, each UTF-16 unit raw, short-escaped or as `\uXXXX` in either case. */
export function spellString(text: string, choose: Choose): string {
  const plain = choose(3) === 0;
  return `"${Array.from(text, (character) => spellCharacter(character, plain ? 0 : choose(4))).join('')}"`;
}

function spellCharacter(character: string, how: number): string {
  const mustEscape = character < ' ' || character === '"' || character === '\\' || isLoneSurrogate(character);
  if (!mustEscape && how < 2) return character;
  if (how < 3 && SHORT[character] !== undefined) return SHORT[character];
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  return how === 3 ? hex.toUpperCase().replaceAll('\\U', '\\u') : hex;
}

function isLoneSurrogate(character: string): boolean {
  return character.length === 1 && character >= '\ud800' && character <= '\udfff';
}
