const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Numbers as a line of little columns; what is none is blank, and whatever is some is seen. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values
    .map((value) => (value <= 0 ? ' ' : (BLOCKS[Math.min(7, Math.ceil((value / most) * 8) - 1)] ?? '█')))
    .join('');
}

/** A number as a bar, to half a cell; whatever is some is seen. */
export function bar(value: number, most: number, width: number): string {
  if (value <= 0 || most <= 0) return '';
  const halves = Math.max(1, Math.round((Math.min(value, most) / most) * width * 2));
  return '━'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '╸' : '');
}
