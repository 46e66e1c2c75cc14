const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar for how long something took beside the longest. The scale is logarithmic from 0.1 ms on: beside a call of ten
 * seconds one of ten milliseconds is still to be seen.
 */
export function barText(micros: number, longest: number, width: number): string {
  const most = Math.log10(1 + longest / 100);
  const share = most === 0 ? 0 : Math.log10(1 + micros / 100) / most;
  const eighths = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
