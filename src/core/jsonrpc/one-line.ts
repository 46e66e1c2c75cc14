const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/**
 * A JSON message without line breaks. In JSON they stand only between tokens, where a space does as well; but whoever
 * reads line by line takes one for the end of the message, and what follows for another message, which nobody inspected.
 */
export function oneLine(message: Uint8Array): Uint8Array {
  const text = message.subarray(0, endOfText(message));
  return isBroken(text) ? text.map((byte) => (byte === LF || byte === CR ? SPACE : byte)) : text;
}

/** A JSON message as a line of its own, terminator included; `message` itself when it is one. */
export function toLine(message: Uint8Array): Uint8Array {
  const end = endOfText(message);
  if (end < message.length && !isBroken(message.subarray(0, end))) return message;
  return Buffer.concat([oneLine(message), Uint8Array.of(LF)]);
}

// Without the terminator: a newline, and a carriage return before it.
function endOfText(message: Uint8Array): number {
  if (message.at(-1) !== LF) return message.length;
  return message.at(-2) === CR ? message.length - 2 : message.length - 1;
}

function isBroken(text: Uint8Array): boolean {
  return text.includes(LF) || text.includes(CR);
}
