const PER_LINE = 16;

/** Bytes as `hexdump -C` writes them. */
export function hexLines(bytes: Buffer): string[] {
  const count = Math.ceil(bytes.length / PER_LINE);
  return Array.from({ length: count }, (_, at) => hexLine(bytes, at * PER_LINE));
}

function hexLine(bytes: Buffer, from: number): string {
  const row = bytes.subarray(from, from + PER_LINE);
  const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = row.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
  return `${from.toString(16).padStart(6, '0')}  ${hex.padEnd(PER_LINE * 3 - 1)}  ${text}`;
}
