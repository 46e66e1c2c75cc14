const INDENT = '  ';

/**
 * JSON text over several lines. Only white space between its tokens is added or left out, so that nothing in it reads
 * otherwise than it is: numbers, escapes and doubled keys stay. `isWhole` is false when it ends in the middle.
 */
export function prettyJson(json: string): { text: string; isWhole: boolean } {
  const parts: string[] = [];
  let depth = 0;
  const newLine = (): number => parts.push('\n', INDENT.repeat(Math.min(depth, 64)));
  for (const [token] of json.matchAll(TOKENS)) {
    const first = token[0] ?? '';
    const closes = first === '}' || first === ']';
    if (/\s/.test(first)) continue;
    if (closes) depth -= 1;
    if (closes && !/^[{[]$/.test(parts.at(-1) ?? '')) newLine();
    else if (!closes && /^[{[]$/.test(parts.at(-1) ?? '')) newLine();
    parts.push(first === ':' ? ': ' : token);
    if (first === '{' || first === '[') depth += 1;
    if (first === ',') newLine();
  }
  return { text: parts.join(''), isWhole: depth === 0 };
}

// A string that does not end, as of a text that was cut, is one to the end. Each form begins differently: no way back.
const TOKENS = /"(?:[^"\\]|\\[^])*"?|[{}[\]:,]|\s+|[^"{}[\]:,\s]+/g;
