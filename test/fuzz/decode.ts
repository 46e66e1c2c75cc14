/**
 * Says whether a text holds a value in any spelling that somebody could read. Written apart from the engine, and in another
 * way: it decodes what it is given, layer after layer, and looks at the outcome.
 */
export function holds(text: Uint8Array, values: readonly string[]): string | undefined {
  const sought = values.map((value) => ({ value, bytes: Buffer.from(value) }));
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.length);
  for (const layer of layers(buffer.toString('latin1'))) {
    const bytes = Buffer.from(layer, 'latin1');
    const seen = sought.find((one) => bytes.includes(one.bytes));
    if (seen !== undefined) return seen.value;
    const packed = [
      ...runs(layer),
      ...runs(layer.replaceAll(/(?<=[\w+/=-]{24})\r?\n[ \t]*(?=[\w+/=-])/g, '')),
    ];
    for (const decoded of packed) {
      const inside = sought.find((one) => decoded.includes(one.bytes));
      if (inside !== undefined) return inside.value;
    }
  }
  return undefined;
}

const DEEPEST = 4;

// The text, and what is left when one kind of escape after the other is taken out, in any order.
function layers(text: string): Set<string> {
  const all = new Set([text]);
  let last = [text];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const next = last.flatMap((layer) => [
      fromJson(layer),
      fromPercent(layer),
      fromPercent(fromJson(layer)),
      fromJson(fromPercent(layer)),
    ]);
    last = [...new Set(next)].filter((layer) => !all.has(layer));
    for (const layer of last) all.add(layer);
  }
  return all;
}

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

// In latin1, so a character beyond it is put in as the bytes of its UTF-8.
function fromJson(text: string): string {
  return text.replaceAll(/(?:\\u[0-9a-fA-F]{4})+|\\[^u]/g, (escape) => {
    const letter = escape[1] ?? '';
    if (letter !== 'u') return CONTROLS[letter] ?? letter;
    const units = escape.match(/[0-9a-fA-F]{4}/g) ?? [];
    const said = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
    return Buffer.from(said, 'utf8').toString('latin1');
  });
}

function fromPercent(text: string): string {
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  );
}

function* runs(text: string): Generator<Buffer> {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{11,}={0,2}/g)) {
    for (let from = 0; from < 4; from++) yield Buffer.from(run.slice(from), 'base64');
  }
  // Digits are of both: what begins in one case may go on in the other.
  for (const digits of [/[0-9a-f]{16,}/g, /[0-9A-F]{16,}/g])
    for (const [run] of text.matchAll(digits))
      for (let from = 0; from < 2; from++) yield Buffer.from(run.slice(from), 'hex');
}
