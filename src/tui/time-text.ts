const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: in at most six cells. */
export function agoText(time: number | undefined, now: number): string {
  if (time === undefined || Number.isNaN(time)) return '-';
  const seconds = Math.max(0, Math.floor((now - time) / 1000));
  if (seconds < MINUTE) return 'now';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

/** An ISO time to the minute. */
export function dayText(iso: string | null): string {
  return iso?.slice(0, 16).replace('T', ' ') ?? '-';
}

/** A moment of a session, from its microseconds: in at most nine cells for ten hours. */
export function momentText(mono: number): string {
  const seconds = mono / 1e6;
  if (seconds < 100) return `+${seconds.toFixed(3)}`;
  const whole = Math.floor(seconds);
  const parts = [Math.floor((whole % HOUR) / MINUTE), whole % MINUTE].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `+${whole < HOUR ? '' : `${Math.floor(whole / HOUR)}:`}${parts.join(':')}`;
}

/** How long something took, from its microseconds: three digits are enough. */
export function tookText(micros: number): string {
  const milliseconds = micros / 1000;
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  if (seconds < 100 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  return `${Math.round(seconds / HOUR)} h`;
}

/** So many bytes, as people read them. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${trimmed(bytes / 1024)} KB`;
  return `${trimmed(bytes / 1024 / 1024)} MB`;
}

function trimmed(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}
