/** Microseconds as a clock shows them, to the tenth of a second: `0:07.3`, `1:02:09.0`. */
export function clockTime(micros: number): string {
  const tenths = Math.floor(micros / 100_000);
  return `${wholeTime(micros)}.${tenths % 10}`;
}

/** The same without fractions. */
export function wholeTime(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}
